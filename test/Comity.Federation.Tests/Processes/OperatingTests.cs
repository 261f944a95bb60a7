using Comity.Testing;
using System.Diagnostics;

namespace Comity.Federation.Tests.Processes;

/// <summary>What docs/operating.md says, done by the scripts that an operator runs.</summary>
public sealed class OperatingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task From_nothing_to_three_nodes_by_the_scripts()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The scripts are for Linux.");
        var (code, output) = await Run("bash", Repository.In("deploy", "trial.sh"), AppContext.BaseDirectory);
        Assert.True(code == 0, output);
        Assert.EndsWith("the trial is over, and everything was as it should be", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("install.sh", "--nonsense", "is no option")]
    [InlineData("install.sh", "--from", "holds no published program")]
    public async Task A_script_used_wrongly_says_so_and_does_nothing(string script, string option, string says)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The scripts are for Linux.");
        var empty = Directory.CreateTempSubdirectory("comity-empty-").FullName;
        try
        {
            var (code, output) = await Run("bash", Repository.In("deploy", script), option, empty, "--root", empty);
            Assert.NotEqual(0, code);
            Assert.Contains(says, output, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(empty));
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
        }
    }

    [Fact]
    public async Task The_units_are_what_systemd_takes_and_shut_the_node_in()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed.");
        var units = Repository.In("deploy", "systemd");
        var (_, verdict) = await Run("systemd-analyze", ["verify", .. Directory.EnumerateFiles(units)]);
        Assert.DoesNotMatch("(Unknown|Failed to parse|Invalid|Missing)", verdict);

        var (_, exposure) = await Run("systemd-analyze", "security", "--offline=true", "--threshold=25", Path.Combine(units, "comity.service"));
        Assert.Matches("Overall exposure level for comity.service: [01]\\.", exposure);
    }

    private static async Task<(int Code, string Output)> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, string.Concat(await output));
    }
}
