using System.Runtime.InteropServices;

namespace Comity.TransparencyLog;

/// <summary>The few calls of OpenSSL 3 that Ed25519 needs (EVP_PKEY-ED25519, EVP_SIGNATURE-ED25519).</summary>
internal static partial class LibCrypto
{
    public const int Ed25519 = 1087;
    private const string Library = "libcrypto.so.3";

    /// <summary>Finds the library before the first call, to say what to install where it is missing.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no OpenSSL 3 on this machine.</exception>
    public static void Require()
    {
        if (!Found.Value)
        {
            throw new PlatformNotSupportedException(
                $"Ed25519 needs OpenSSL 3 ({Library}), which is not installed. On Debian it is in the package libssl3 (libssl3t64 from Debian 13 on).");
        }
    }

    /// <summary>Empties this thread's error queue, which TLS on the same thread would otherwise read as its own failure.</summary>
    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    public static partial PKey NewPrivateKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    public static partial PKey NewPublicKey(int type, nint engine, ReadOnlySpan<byte> key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    public static partial int GetPublicKey(PKey key, Span<byte> publicKey, ref nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    public static partial DigestContext NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    public static partial int SignInit(DigestContext context, nint keyContext, nint digest, nint engine, PKey key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    public static partial int Sign(
        DigestContext context, Span<byte> signature, ref nuint signatureLength, ReadOnlySpan<byte> data, nuint dataLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    public static partial int VerifyInit(DigestContext context, nint keyContext, nint digest, nint engine, PKey key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    public static partial int Verify(
        DigestContext context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> data, nuint dataLength);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeContext(nint context);

    // Never unloaded: handles may be freed as late as at the end of the process.
    private static readonly Lazy<bool> Found = new(() => NativeLibrary.TryLoad(Library, out _));

    /// <summary>An EVP_PKEY; several threads may sign and verify with one.</summary>
    public sealed class PKey() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeKey(handle);
            return true;
        }
    }

    /// <summary>An EVP_MD_CTX, used for one signature by one thread.</summary>
    public sealed class DigestContext() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeContext(handle);
            return true;
        }
    }
}
