using System.Text.RegularExpressions;
using Xunit;

namespace Subscriptions.EndToEnd.Tests.Docs;

/// <summary>Does what a document says, step by step, as it is printed.</summary>
internal sealed partial class DocWalk : IAsyncDisposable
{
    private const int Retries = 100;

    private static readonly TimeSpan RetryPeriod = TimeSpan.FromMilliseconds(200);

    private readonly DocFolder _folder = new();
    private readonly Dictionary<string, DocProcess> _running = [];

    /// <summary>Goes through a document's steps.</summary>
    public async Task WalkAsync(IReadOnlyList<DocStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            try
            {
                var follows = i + 1 < steps.Count && steps[i + 1].What == "output" ? new DocOutput(_folder.Localize(steps[i + 1].Text)) : null;
                await StepAsync(steps[i], follows);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Line {steps[i].Line} ({steps[i].What}): {e.Message}", e);
            }
        }
    }

    /// <summary>A file that a step left.</summary>
    public string ReadFile(string name) => System.IO.File.ReadAllText(_folder[name]);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Values) await process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StepAsync(DocStep step, DocOutput? output)
    {
        if (step.What.StartsWith("not run, ", StringComparison.Ordinal) || step.What == "output") return;

        if (File().Match(step.What) is { Success: true } file) Write(file.Groups[1].Value, step.Text);
        else if (Run().Match(step.What) is { Success: true } run) await RunAsync(step.Text, run.Groups[1].Value, output, run.Groups[2].Success);
        else if (Start().Match(step.What) is { Success: true } start) await StartAsync(step.Text, start.Groups);
        else if (Output().Match(step.What) is { Success: true } of) await _running[of.Groups[1].Value].WaitForAsync(new DocOutput(_folder.Localize(step.Text)));
        else if (Interrupt().Match(step.What) is { Success: true } interrupt) await _running[interrupt.Groups[1].Value].StopAsync();
        else if (Confirmed().Match(step.What) is { Success: true } confirmed)
            await new ShippedOrders(_running[confirmed.Groups[1].Value]).CheckAsync(int.Parse(confirmed.Groups[2].ValueSpan, null));
        else throw new InvalidDataException("there is no such step.");
    }

    private void Write(string path, string text)
    {
        var file = _folder[path];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, _folder.Localize(text) + "\n");
    }

    private async Task RunAsync(string commands, string folder, DocOutput? expected, bool isRepeated)
    {
        for (var tries = isRepeated ? Retries : 1; ; tries--)
        {
            await using var process = DocProcess.Start(_folder.Localize(commands), _folder[folder], _folder.Environment);
            var exitCode = await process.WaitAsync();
            var isGood = exitCode == 0 && expected?.IsExactly(process.Lines) is not false;
            if (isGood) return;
            Assert.True(tries > 1, $"exit code {exitCode}, expected:\n{expected}\nprinted:\n{string.Join('\n', process.Lines)}");
            await Task.Delay(RetryPeriod, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private async Task StartAsync(string commands, GroupCollection words)
    {
        var (name, folder, until) = (words[1].Value, words[2].Value, words[3].Value);
        if (_running.Remove(name, out var before)) await before.DisposeAsync();
        var process = _running[name] = DocProcess.Start(_folder.Localize(commands), _folder[folder], _folder.Environment);
        await process.WaitForAsync(lines => until.Length == 0 || lines.Any(line => line.StartsWith(until, StringComparison.Ordinal)), until);
    }

    [GeneratedRegex("^file (.+)$")]
    private static partial Regex File();

    [GeneratedRegex("^run in ([^,]+)(, again until the output fits)?$")]
    private static partial Regex Run();

    [GeneratedRegex("^start (.+) in ([^ ]+)(?: until (.+))?$")]
    private static partial Regex Start();

    [GeneratedRegex("^output of (.+)$")]
    private static partial Regex Output();

    [GeneratedRegex("^interrupt (.+)$")]
    private static partial Regex Interrupt();

    [GeneratedRegex("^(.+) has ([0-9]+) orders shipped, none again after its confirm$")]
    private static partial Regex Confirmed();
}
