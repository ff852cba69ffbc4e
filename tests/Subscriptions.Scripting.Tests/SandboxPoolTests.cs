using Subscriptions.Core.Queries;
using Subscriptions.Core.Queries.Scripts;
using Subscriptions.Scripting.Sandbox;
using Subscriptions.TestKit;
using Xunit;
using static Subscriptions.Scripting.Tests.Scripting;

namespace Subscriptions.Scripting.Tests;

public sealed class SandboxPoolTests
{
    private readonly SandboxPool _pool = new();

    [Fact]
    public void Rent_OfWhatWasReturned_GivesItToItsProgramOnly()
    {
        var (program, other) = (Program(), Program());
        var sandbox = Rent(program);

        Assert.NotSame(sandbox, Rent(program));
        _pool.Return(sandbox);
        Assert.NotSame(sandbox, Rent(other));
        Assert.Same(sandbox, Rent(program));
    }

    [Fact]
    public void Return_BeyondTheLimit_LetsGoOfTheLongestIdle()
    {
        var program = Program();
        var first = Rent(program);
        _pool.Return(first);
        var others = Enumerable.Range(0, SandboxPool.MaxIdle).Select(_ => new FunctionSandbox(Program())).ToList();

        others.ForEach(_pool.Return);

        Assert.NotSame(first, Rent(program));
    }

    [Fact]
    public void Dispose_OfARunThatFailed_DropsItsSandboxUnlessTheScriptThrew()
    {
        var program = new ScriptProgram([new ScriptFunction("f", ["how"], "if (how === 'loop') while (true); else throw new Error(how);")], QueryLimits.Default, _pool, TimeProvider.System);
        var before = Rent(program);
        _pool.Return(before);

        Fail(program, "\"throw\"");
        var afterThrow = Rent(program);
        _pool.Return(afterThrow);
        Fail(program, "\"loop\"");

        Assert.Same(before, afterThrow);
        Assert.NotSame(before, Rent(program));
    }

    [Fact]
    public async Task Apply_OnManyThreads_NeverMixesDocuments()
    {
        var query = Compile("declare function f(x) { var s = 0; for (var i = 0; i < x.N; i++) s += i; x.S = s; return { n: x.N, s: x.S, id: id(x) }; } from Orders as x select f(x)");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            var view = query.CreateView();
            for (var i = 0; i < 100; i++)
            {
                var n = i + (worker * 100);
                var made = view.Apply(Put($$"""{"N":{{n}}}""", $"orders/{worker}-{i}"));

                Assert.Equal($$"""{"n":{{n}},"s":{{n * (n - 1) / 2}},"id":"orders/{{worker}}-{{i}}"}""", Text(made));
            }
        }))).Within();
    }

    [Fact]
    public async Task Apply_WhileOthersRunHostileFunctions_IsNotHeldUp()
    {
        var hostile = Compile("declare function f(x) { while (true); } from Orders as x where f(x)", new QueryLimits { ScriptStatements = 50_000_000, ScriptTime = TimeSpan.FromMilliseconds(100) });
        var good = Compile("declare function f(x) { return { ok: true }; } from Orders as x select f(x)").CreateView();
        var attack = Task.Run(() => hostile.CreateView().Apply(Put(Order)));

        for (var i = 0; i < 20; i++) Assert.Equal("""{"ok":true}""", Text(good.Apply(Put(Order))));

        Assert.NotNull((await attack.Within())!.Error);
    }

    private FunctionSandbox Rent(ScriptProgram program) => _pool.Rent(program, static p => new FunctionSandbox(p));

    private static ScriptProgram Program() => new([new ScriptFunction("f", [], "return 1;")], QueryLimits.Default, new SandboxPool(), TimeProvider.System);

    private static void Fail(ScriptProgram program, string how)
    {
        using var run = program.Begin("{}"u8.ToArray(), "");
        Assert.Throws<ScriptException>(() => run.Test(new ScriptCall(0, [new ScriptConstant(System.Text.Encoding.UTF8.GetBytes(how))])));
    }
}
