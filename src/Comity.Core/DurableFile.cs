using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Comity.Core;

/// <summary>Replaces a small file so that after a crash at any instant either the old or the new content is there, whole.</summary>
public static class DurableFile
{
    private const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC on x64
    private const int ReadOnlyDirectoryArm = 0x4000 | 0x80000; // the same on arm64

    /// <summary>Writes a temporary file beside <paramref name="path"/>, syncs it, renames it over the path and syncs the directory.</summary>
    /// <param name="path">The file to make or replace; its directory exists.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="mode">The permissions of the new file, set when it is created.</param>
    /// <exception cref="IOException">The disk failed or is full; the old content, if any, is untouched or the new one is there whole.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        string target = Path.GetFullPath(path);
        string temporary = Path.Combine(Folder(target), $".{Path.GetFileName(target)}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp");
        try
        {
            using (var stream = Create(temporary, mode))
            {
                stream.Write(content);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        SyncDirectory(Folder(target));
    }

    /// <summary>The same for a file too long for memory.</summary>
    /// <param name="path">The file to make or replace; its directory exists.</param>
    /// <param name="temporary">The file that becomes it, in the same directory; what is there is overwritten. One writer at a time.</param>
    /// <param name="write">Writes the whole content.</param>
    /// <exception cref="IOException">As above, or somebody else writes the temporary file.</exception>
    public static void Replace(string path, string temporary, Action<Stream> write)
    {
        using (var stream = Create(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite))
        {
            try
            {
                write(stream);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
                File.Move(temporary, path, overwrite: true);   // still ours alone
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }

        SyncDirectory(Folder(Path.GetFullPath(path)));
    }

    /// <summary>Makes the names in a directory durable: creation, renaming and deletion of files.</summary>
    /// <exception cref="IOException">The directory cannot be opened or synced.</exception>
    public static void SyncDirectory(string directory)
    {
        int flags = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? ReadOnlyDirectoryArm : ReadOnlyDirectory;
        int descriptor = Open(directory, flags);
        if (descriptor < 0)
        {
            throw Failed("open", directory);
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Sync(handle) != 0)
        {
            throw Failed("sync", directory);
        }
    }

    private static string Folder(string path) => Path.GetDirectoryName(path) ?? throw new ArgumentException("The path names no file.", nameof(path));

    private static FileStream Create(string path, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return new FileStream(path, options);
    }

    private static IOException Failed(string act, string directory) =>
        new($"Cannot {act} the directory {directory}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    // .NET refuses to open a directory as a file, and a rename is durable only after a sync of its directory.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(SafeFileHandle handle);
}
