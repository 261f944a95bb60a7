namespace Comity.Core.Tests;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class DurableFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("comity-").FullName;

    [Fact]
    public void A_file_is_replaced_whole_is_private_and_leaves_nothing_beside_it()
    {
        string path = Path.Combine(_directory, "a");

        DurableFile.Replace(path, "first, longer"u8);
        DurableFile.Replace(path, "second"u8);

        Assert.Equal("second"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_failed_replacement_leaves_the_old_content_and_no_rest()
    {
        string path = Path.Combine(_directory, "taken");
        Directory.CreateDirectory(Path.Combine(path, "inside"));

        Assert.ThrowsAny<Exception>(() => DurableFile.Replace(path, "x"u8));

        Assert.Equal([path], Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public void A_directory_that_is_not_there_cannot_be_synced() =>
        Assert.Throws<IOException>(() => DurableFile.SyncDirectory(Path.Combine(_directory, "none")));

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
