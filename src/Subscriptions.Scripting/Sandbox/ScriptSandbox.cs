using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Jint;
using Jint.Native.Function;
using Jint.Parser;
using Jint.Parser.Ast;
using Jint.Runtime;
using Jint.Runtime.Environments;
using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Scripting.Syntax;

namespace Subscriptions.Scripting.Sandbox;

/// <summary>
/// An engine in which the functions of one program can be called, and nothing that they do lasts: all that outlives a call is frozen.
/// Not thread-safe.
/// </summary>
internal abstract class ScriptSandbox
{
    private readonly IReadOnlyList<FunctionSource> _sources;

    /// <param name="program">Whose functions these are.</param>
    /// <param name="sources">The functions, in the order of their numbers.</param>
    /// <param name="limits">What they may use for one document.</param>
    /// <param name="time">Measures what they take.</param>
    protected ScriptSandbox(object program, IReadOnlyList<FunctionSource> sources, QueryLimits limits, TimeProvider time)
    {
        Program = program;
        _sources = sources;
        Meter = new Meter(limits, time);
        Meter.Begin();
        Engine = new Engine(options => options
            .MaxStatements(limits.ScriptStatements)
            .Culture(CultureInfo.InvariantCulture)
            .LocalTimeZone(TimeZoneInfo.Utc));
        Host = new HostFunctions(Engine, Meter, limits);
        Builtins.Harden(Engine, Meter, Host);
    }

    /// <summary>Whose functions these are.</summary>
    public object Program { get; }

    /// <summary>Measures what they use.</summary>
    public Meter Meter { get; }

    /// <summary>Whether something went wrong that may have left something behind: then it must not be used again.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The engine.</summary>
    protected Engine Engine { get; }

    /// <summary>What the sandbox gives to functions.</summary>
    protected HostFunctions Host { get; }

    /// <summary>Does something with the functions.</summary>
    /// <exception cref="ScriptException">A function threw, or went beyond a limit.</exception>
    public bool Run<T>(Func<T, bool> step, T state)
    {
        // Whatever is thrown, what the script left behind is thrown away with its sandbox, except for what is the script's own error.
        IsBroken = true;
        try
        {
            var result = step(state);
            IsBroken = false;
            return result;
        }
        catch (JavaScriptException e)
        {
            throw Explain(e);
        }
        catch (ScriptLimitException e)
        {
            throw new ScriptException(e.Message, null);
        }
        catch (StatementsCountOverflowException)
        {
            throw new ScriptException(Meter.TooManyStatements().Message, null);
        }
        catch (RegexMatchTimeoutException e)
        {
            throw new ScriptException($"a regular expression took more than {e.MatchTimeout.TotalMilliseconds} ms (Limits:RegexTime)", null);
        }
        catch (JsonException)
        {
            throw new ScriptException("the content is not valid JSON, or nests too deep", null);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or InvalidCastException or NullReferenceException
            or NotImplementedException or NotSupportedException or IndexOutOfRangeException or FormatException or ArithmeticException
            or KeyNotFoundException or OutOfMemoryException)
        {
            // The engine has no error of JavaScript for some of what scripts can do wrong.
            throw new ScriptException("did something that has no result", null);
        }
    }

    /// <summary>Begins to count for a document.</summary>
    protected void BeginCounting()
    {
        Meter.Begin();
        Engine.ResetStatementsCount();
    }

    /// <summary>The tree of a function, with the sandbox's checks in it.</summary>
    protected FunctionExpression Parse(int number)
    {
        var parsed = FunctionParser.Parse(_sources[number], number);
        new Instrumentation(Meter, Host).Apply(parsed);
        return parsed;
    }

    /// <summary>Makes a function of its tree.</summary>
    protected ScriptFunctionInstance Declare(FunctionExpression parsed, LexicalEnvironment environment) => new(Engine, parsed, environment, parsed.Strict);

    private ScriptException Explain(JavaScriptException e)
    {
        try
        {
            var (message, place) = (ScriptErrors.Describe(e.Error), PlaceOf(e.Location));
            IsBroken = false;
            return new ScriptException(message, place);
        }
        catch (Exception inner) when (inner is JavaScriptException or ScriptLimitException or StatementsCountOverflowException or ArgumentException)
        {
            return new ScriptException("threw something that cannot be shown", PlaceOf(e.Location));
        }
    }

    // As far as it is in one of the functions.
    private ScriptPlace? PlaceOf(Location? location) =>
        location is { Source: { } name, Start: { } start } && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ScriptPlace(number, _sources[number].OffsetOf(start.Line, start.Column))
            : null;
}
