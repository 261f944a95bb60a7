namespace Comity.TransparencyLog.Tests;

/// <summary>Test data kept beside the repository; tests that need them are skipped without.</summary>
internal static class SharedData
{
    public static string Folder(string name)
    {
        var folder = Path.Combine(Root() ?? "", name);
        if (!Directory.Exists(folder))
        {
            Assert.Skip($"No folder {name} in ../shared/data or $COMITY_SHARED_DATA.");
        }

        return folder;
    }

    private static string? Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var beside = Path.Combine(at.FullName, "..", "shared", "data");
            if (File.Exists(Path.Combine(at.FullName, "Comity.slnx")) && Directory.Exists(beside))
            {
                return beside;
            }
        }

        return Environment.GetEnvironmentVariable("COMITY_SHARED_DATA");
    }
}
