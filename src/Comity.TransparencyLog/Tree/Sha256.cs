using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Comity.TransparencyLog;

/// <summary>SHA-256 of the short inputs a tree is made of.</summary>
/// <remarks>
/// For 65 bytes most of the framework's time goes into making and freeing a context; the same code of the same
/// library, called with a context on the stack, is about six times as fast, and a feed has millions of entries.
/// </remarks>
internal static class Sha256
{
    /// <summary>The longest input for the fast way: a longer one takes too long to keep the collector waiting.</summary>
    public const int Short = 1024;

    // SHA256_CTX has 112 bytes in every release of OpenSSL 3.
    private const int ContextLength = 128;

    private static readonly bool HasLibCrypto = LibCrypto.HasSha256();

    public static TreeHash Of(ReadOnlySpan<byte> data) =>
        HasLibCrypto && data.Length <= Short ? OfLibCrypto(data) : OfFramework(data);

    internal static TreeHash OfFramework(ReadOnlySpan<byte> data)
    {
        Unsafe.SkipInit(out TreeHash hash);
        SHA256.HashData(data, MemoryMarshal.AsBytes(new Span<TreeHash>(ref hash)));
        return hash;
    }

    // Not inlined: where the library is missing its calls must not even be compiled.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static TreeHash OfLibCrypto(ReadOnlySpan<byte> data)
    {
        Unsafe.SkipInit(out TreeHash hash);
        Span<byte> context = stackalloc byte[ContextLength];
        if (LibCrypto.Sha256Init(context) != 1
            || LibCrypto.Sha256Update(context, data, (nuint)data.Length) != 1
            || LibCrypto.Sha256Final(MemoryMarshal.AsBytes(new Span<TreeHash>(ref hash)), context) != 1)
        {
            throw new CryptographicException("OpenSSL could not hash.");
        }

        return hash;
    }
}
