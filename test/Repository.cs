namespace Comity.Testing;

/// <summary>The working copy around the tests, and the data beside it.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path in it.</summary>
    public static string In(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>A folder of the data kept beside the repository, or in <c>$COMITY_SHARED_DATA</c>; the test is skipped where there is none.</summary>
    public static string SharedData(string folder)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("COMITY_SHARED_DATA") ?? In("..", "shared", "data"), folder);
        if (!Directory.Exists(path))
        {
            Assert.Skip($"No folder {folder} in ../shared/data or $COMITY_SHARED_DATA.");
        }

        return path;
    }

    private static string Find()
    {
        var at = AppContext.BaseDirectory;
        while (at is not null && !File.Exists(Path.Combine(at, "Comity.slnx")))
        {
            at = Path.GetDirectoryName(at);
        }

        return at ?? throw new InvalidOperationException("The repository is not around the test.");
    }
}
