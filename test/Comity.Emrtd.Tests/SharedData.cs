namespace Comity.Emrtd.Tests;

/// <summary>Real and published data that the repository does not carry.</summary>
internal static class SharedData
{
    /// <summary>A folder of the data beside the repository; the test is skipped where there is none.</summary>
    public static string Find(string folder)
    {
        var root = Environment.GetEnvironmentVariable("COMITY_SHARED_DATA");
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); root is null && d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Comity.slnx"))) root = Path.Combine(d.FullName, "..", "shared", "data");
        }
        var path = Path.Combine(root ?? "", folder);
        if (!Directory.Exists(path)) Assert.Skip($"There is no folder {folder} of shared data here.");
        return path;
    }
}
