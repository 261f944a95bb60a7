using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Comity.Benchmarks;

/// <summary>What the numbers were measured on, and the clocks they were measured with.</summary>
internal static class Machine
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>When, on how many cores, under which load.</summary>
    public static string Now() =>
        $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm}Z, {Environment.ProcessorCount} cores, load average {string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3])}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>
    /// Nanoseconds that this thread had a core for. On a machine that others use a long round always loses its core for a while
    /// and a short one need not: by the clock on the wall the slower of two would look slower than it is.
    /// </summary>
    public static double ThreadNanoseconds()
    {
        const int ThreadCpu = 3;
        _ = ClockGetTime(ThreadCpu, out var time);
        return (time.Seconds * 1e9) + time.Nanoseconds;
    }

    /// <summary>Seconds that all threads of this process had a core for.</summary>
    public static double ProcessSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Comity.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? Environment.CurrentDirectory;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out Time time);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
