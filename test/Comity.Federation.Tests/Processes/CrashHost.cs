using System.Diagnostics;

namespace Comity.Federation.Tests.Processes;

/// <summary>The program in test/Comity.CrashHost, running.</summary>
internal sealed class CrashHost : IDisposable
{
    private readonly Process _process;

    private CrashHost(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Set once it has done everything that is to be traced.</summary>
    public bool Warm { get; set; }

    /// <summary>What it wrote to its error stream when it died of an exception.</summary>
    public string Errors => Runs ? "" : _process.StandardError.ReadToEnd();

    public bool Runs => !_process.HasExited;

    public static CrashHost Start(StateHome home)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Comity.CrashHost"), [home.Folder, home.PassphraseFile])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new CrashHost(Process.Start(start)!);
    }

    public CrashHost Ready()
    {
        Assert.Equal("READY", _process.StandardOutput.ReadLine());
        return this;
    }

    /// <summary>Does one thing and returns what it was told of it: "ACK …", "NAK …", or null where the process ended before it answered.</summary>
    public string? Do(string what, string folder, string subject)
    {
        _process.StandardInput.WriteLine($"{what}\t{folder}\t{subject}");
        _process.StandardInput.Flush();
        string? said = null;
        while (_process.StandardOutput.ReadLine() is { } line && line != "END")
        {
            said = line;
        }

        return said;
    }

    public void Dispose()
    {
        if (Runs)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}
