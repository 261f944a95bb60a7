using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Comity.Core.Registers.Snapshots;

/// <summary>A sealed file of two parts: a content of any length, and a manifest that says what it is and is read first.</summary>
/// <remarks>
/// <para>Name of the form (24 bytes), secret (32) · content in pieces of 1 MiB, the last one shorter, each with its tag (16) · manifest and
/// its tag · lengths of content and manifest (8 each, big-endian).</para>
/// <para>AES-256-GCM under a key of this file alone: HKDF-SHA256 of the node's storage key with the secret as salt. A piece's nonce is its
/// part and its number; what is authenticated with every piece is the head and the manifest's with both lengths besides. So pieces cannot be
/// left out, exchanged, repeated, or put into another file. Without its secret, 32 bytes, nobody opens the file: to overwrite them is to
/// erase it.</para>
/// </remarks>
internal sealed class SnapshotFile : IDisposable
{
    private const int Piece = 1 << 20, TagLength = 16, SecretLength = 32, TrailerLength = 16;
    private const int MostManifest = 256 << 20;

    private static readonly byte[] Name = [.. "comity index snapshot 1\n"u8];
    private static readonly int HeadLength = Name.Length + SecretLength;

    private readonly FileStream _file;
    private readonly AesGcm _cipher;
    private readonly byte[] _head;
    private readonly long _length;

    private SnapshotFile(FileStream file, AesGcm cipher, byte[] head, long length, byte[] manifest) =>
        (_file, _cipher, _head, _length, Manifest) = (file, cipher, head, length, manifest);

    /// <summary>The manifest, as it was written.</summary>
    public byte[] Manifest { get; }

    /// <summary>Replaces a file, and erases the one that was there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="storageKey">The node's storage key.</param>
    /// <param name="secret">32 random bytes, for this file alone.</param>
    /// <param name="content">Writes the content.</param>
    /// <param name="manifest">Gives the manifest; asked when the content is written.</param>
    /// <exception cref="IOException">The disk failed or is full, or another process writes the same file; the old one is untouched.</exception>
    public static void Write(string path, byte[] storageKey, byte[] secret, Action<Stream> content, Func<byte[]> manifest)
    {
        byte[] head = [.. Name, .. secret];
        using var cipher = Cipher(storageKey, head);
        using var old = OpenToErase(path);
        DurableFile.Replace(path, Temporary(path), to =>
        {
            to.Write(head);
            using var sealing = new SealingStream(to, cipher, head);
            content(sealing);
            sealing.Finish();
            var last = manifest();
            Span<byte> trailer = stackalloc byte[TrailerLength];
            BinaryPrimitives.WriteInt64BigEndian(trailer, sealing.Length);
            BinaryPrimitives.WriteInt64BigEndian(trailer[8..], last.Length);
            Span<byte> tag = stackalloc byte[TagLength];
            cipher.Encrypt(Nonce(Part.Manifest, 0), last, last, tag, [.. head, .. trailer]);
            to.Write(last);
            to.Write(tag);
            to.Write(trailer);
        });
        Erase(old);
    }

    /// <summary>Opens a file and its manifest.</summary>
    /// <param name="path">The file.</param>
    /// <param name="storageKey">The node's storage key.</param>
    /// <returns>Null where there is no file.</returns>
    /// <exception cref="InvalidDataException">It is damaged, another form, or sealed under another key.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SnapshotFile? Open(string path, byte[] storageKey)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, BufferSize = 0, Options = FileOptions.SequentialScan });
        AesGcm? cipher = null;
        try
        {
            var head = new byte[HeadLength];
            file.ReadExactly(head);
            cipher = Cipher(storageKey, head);
            return head.AsSpan().StartsWith(Name) ? Open(file, cipher, head) : throw new InvalidDataException("it has another form");
        }
        catch (Exception e)
        {
            cipher?.Dispose();
            file.Dispose();
            throw e is EndOfStreamException ? new InvalidDataException("it is cut short", e) : e;
        }
    }

    /// <summary>The content, from its beginning. It throws <see cref="InvalidDataException"/> where it is damaged.</summary>
    public Stream OpenContent()
    {
        _file.Position = HeadLength;
        return new OpeningStream(_file, _cipher, _head, _length);
    }

    /// <summary>Erases a file, so that nobody opens what it held, and what a crash left of one that was being written.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Delete(string path)
    {
        DeleteUnfinished(path);
        DeleteOne(path);
    }

    /// <summary>Erases what a crash left of a file that was being written.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void DeleteUnfinished(string path) => DeleteOne(Temporary(path));

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        _file.Dispose();
    }

    private static SnapshotFile Open(FileStream file, AesGcm cipher, byte[] head)
    {
        var trailer = new byte[TrailerLength];
        file.Position = Math.Max(file.Length - TrailerLength, 0);
        file.ReadExactly(trailer);
        var (length, manifestLength) = (BinaryPrimitives.ReadInt64BigEndian(trailer), BinaryPrimitives.ReadInt64BigEndian(trailer.AsSpan(8)));
        if (length < 0 || length > file.Length || manifestLength is < 0 or > MostManifest || file.Length != HeadLength + Sealed(length) + manifestLength + TagLength + TrailerLength)
        {
            throw new InvalidDataException("its length is another one than it says");
        }

        var manifest = new byte[manifestLength];
        var tag = new byte[TagLength];
        file.Position = HeadLength + Sealed(length);
        file.ReadExactly(manifest);
        file.ReadExactly(tag);
        Decrypt(cipher, Nonce(Part.Manifest, 0), manifest, tag, [.. head, .. trailer]);
        return new SnapshotFile(file, cipher, head, length, manifest);
    }

    private static long Sealed(long length) => length + ((length + Piece - 1) / Piece * TagLength);

    private static string Temporary(string path) => path + ".tmp";

    private static AesGcm Cipher(byte[] storageKey, byte[] head)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, storageKey, 32, head[Name.Length..], Name);
        var cipher = new AesGcm(key, TagLength);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    private static byte[] Nonce(Part part, long number)
    {
        var nonce = new byte[12];
        nonce[0] = (byte)part;
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(4), number);
        return nonce;
    }

    private static void Decrypt(AesGcm cipher, byte[] nonce, Span<byte> bytes, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> with)
    {
        try
        {
            cipher.Decrypt(nonce, bytes, tag, bytes, with);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new InvalidDataException("it is damaged, or sealed under another key", e);
        }
    }

    private static void DeleteOne(string path)
    {
        using var file = OpenToErase(path);
        if (file is not null)
        {
            Erase(file);
            File.Delete(path);
        }
    }

    private static FileStream? OpenToErase(string path) =>
        File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0) : null;

    /// <summary>Overwrites the secret, where file systems overwrite in place.</summary>
    private static void Erase(FileStream? file)
    {
        if (file is not null)
        {
            file.Write(new byte[Math.Min(HeadLength, file.Length)]);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
    }

    private enum Part : byte
    {
        Content = 1,
        Manifest = 2,
    }

    private sealed class SealingStream(Stream to, AesGcm cipher, byte[] head) : WriteOnlyStream
    {
        private readonly byte[] _piece = new byte[Piece];
        private readonly byte[] _tag = new byte[TagLength];
        private int _filled;
        private long _number;

        public override long Length => (_number * Piece) + _filled;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                if (_filled == Piece)
                {
                    Seal();
                    _number++;
                    _filled = 0;
                }

                var some = Math.Min(buffer.Length, Piece - _filled);
                buffer[..some].CopyTo(_piece.AsSpan(_filled));
                _filled += some;
                buffer = buffer[some..];
            }
        }

        /// <summary>Writes the last piece. Nothing is written after it.</summary>
        public void Finish()
        {
            if (_filled > 0)
            {
                Seal();
            }
        }

        private void Seal()
        {
            var piece = _piece.AsSpan(0, _filled);
            cipher.Encrypt(Nonce(Part.Content, _number), piece, piece, _tag, head);
            to.Write(piece);
            to.Write(_tag);
        }
    }

    private sealed class OpeningStream(Stream from, AesGcm cipher, byte[] head, long length) : ReadOnlyStream
    {
        private readonly byte[] _piece = new byte[Piece + TagLength];
        private int _at;
        private int _filled;
        private long _number;
        private long _left = length;

        public override int Read(Span<byte> buffer)
        {
            if (_at == _filled && !Next())
            {
                return 0;
            }

            var some = Math.Min(buffer.Length, _filled - _at);
            _piece.AsSpan(_at, some).CopyTo(buffer);
            _at += some;
            return some;
        }

        private bool Next()
        {
            (_at, _filled) = (0, (int)Math.Min(Piece, _left));
            _left -= _filled;
            if (_filled == 0)
            {
                return false;
            }

            from.ReadExactly(_piece, 0, _filled + TagLength);
            Decrypt(cipher, Nonce(Part.Content, _number++), _piece.AsSpan(0, _filled), _piece.AsSpan(_filled, TagLength), head);
            return true;
        }
    }
}
