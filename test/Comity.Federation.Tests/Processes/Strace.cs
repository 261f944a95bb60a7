using System.Diagnostics;
using System.Globalization;

namespace Comity.Federation.Tests.Processes;

/// <summary>The tracer, attached to a process that runs already.</summary>
internal sealed class Strace : IDisposable
{
    private readonly Process _process;
    private readonly string _output;

    private Strace(Process process, string output) => (_process, _output) = (process, output);

    /// <summary>Skips the test where strace is not installed or may not trace; fails there in CI.</summary>
    public static void Require()
    {
        string? missing = null;
        try
        {
            using var tried = Process.Start(new ProcessStartInfo("strace", ["-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            tried.WaitForExit();
            missing = tried.ExitCode == 0 ? null : "strace may not trace here";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            missing = "strace is not installed: apt-get install strace";
        }

        if (missing is not null)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") is { Length: > 0 }, missing);
            Assert.Skip(missing);
        }
    }

    /// <summary>Attaches to all threads of a process; returns when it has.</summary>
    public static Strace Attach(int process, string output, params string[] options)
    {
        File.Delete(output);
        var tracer = Process.Start(new ProcessStartInfo("strace", ["-f", "-y", "-s", "40", "-o", output, .. options, "-p", process.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardError = true })!;
        var first = tracer.StandardError.ReadLine();   // "strace: Process N attached", or why not
        Assert.True(first?.Contains("attached", StringComparison.Ordinal) == true, first ?? "strace ended");
        _ = tracer.StandardError.ReadToEndAsync();   // a full pipe would stop it
        return new Strace(tracer, output);
    }

    /// <summary>Detaches from a process that lives on, and returns what was traced, one call a line.</summary>
    public string[] Detach()
    {
        using (var interrupt = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            interrupt.WaitForExit();
        }

        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(20)), "strace does not end");
        return File.ReadAllLines(_output);
    }

    /// <summary>Waits until the tracer has buried a process that it killed; interrupted meanwhile it would wait for ever.</summary>
    public void Bury()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(20)), "strace does not end");
    }

    /// <summary>Ends the tracer; what it traced lives on.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
