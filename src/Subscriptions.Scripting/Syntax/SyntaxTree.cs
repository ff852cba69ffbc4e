using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Jint.Parser.Ast;

namespace Subscriptions.Scripting.Syntax;

/// <summary>Goes through syntax trees of any kind of node, by what members nodes have.</summary>
internal static class SyntaxTree
{
    private static readonly ConcurrentDictionary<Type, SyntaxMember[]> Members = new();

    /// <summary>All nodes, each once, with their depth; does not recurse, so that it can be asked whether it is safe to.</summary>
    public static IEnumerable<(SyntaxNode Node, int Depth)> Walk(SyntaxNode root)
    {
        var seen = new HashSet<SyntaxNode>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<(SyntaxNode Node, int Depth)>([(root, 1)]);
        while (pending.TryPop(out var next))
        {
            if (!seen.Add(next.Node)) continue;
            yield return next;
            foreach (var child in Children(next.Node)) pending.Push((child, next.Depth + 1));
        }
    }

    /// <summary>The members of a node that hold other nodes, or lists of them.</summary>
    public static SyntaxMember[] MembersOf(SyntaxNode node) => Members.GetOrAdd(node.GetType(), Find);

    private static IEnumerable<SyntaxNode> Children(SyntaxNode node)
    {
        foreach (var member in MembersOf(node))
        {
            switch (member.Get(node))
            {
                case SyntaxNode child:
                    yield return child;
                    break;
                case IEnumerable list:
                    foreach (var child in list.OfType<SyntaxNode>()) yield return child;
                    break;
            }
        }
    }

    private static SyntaxMember[] Find(Type type)
    {
        const BindingFlags all = BindingFlags.Public | BindingFlags.Instance;
        var fields = type.GetFields(all).Select(f => new SyntaxMember(f.FieldType, f.GetValue, f.SetValue));
        var properties = type.GetProperties(all).Where(p => p.CanWrite).Select(p => new SyntaxMember(p.PropertyType, p.GetValue, p.SetValue));
        return [.. fields.Concat(properties).Where(m => m.HoldsNodes)];
    }
}

/// <summary>A member of a node.</summary>
/// <param name="Type">What it holds.</param>
/// <param name="Get">Reads it.</param>
/// <param name="Set">Writes it.</param>
internal sealed record SyntaxMember(Type Type, Func<object?, object?> Get, Action<object?, object?> Set)
{
    private static readonly Type Node = typeof(SyntaxNode);

    /// <summary>The type of a list's elements; null when the member is no list.</summary>
    public Type? ElementType { get; } = Type.IsGenericType && Type.IsAssignableTo(typeof(IEnumerable)) ? Type.GetGenericArguments()[0] : null;

    /// <summary>Whether it holds nodes. The key of an object's property is one, behind an interface.</summary>
    public bool HoldsNodes => Type.IsAssignableTo(Node) || Type == typeof(IPropertyKeyExpression) || (ElementType?.IsAssignableTo(Node) ?? false);
}
