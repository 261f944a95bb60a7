using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Comity.Benchmarks;

/// <summary>The calls of OpenSSL that a program in C would make for the same work, and nothing around them.</summary>
internal sealed partial class BareOpenSsl : IDisposable
{
    private const string Library = "libcrypto.so.3";
    private const uint NoSignerVerify = 0x20;
    private readonly nint _key;
    private readonly nint _digest;

    public BareOpenSsl(byte[] publicKeyInfo, string digest)
    {
        _key = DecodeKey(publicKeyInfo);
        _digest = DigestByName(digest);
    }

    public unsafe bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var context = NewContext();
        var valid = VerifyInit(context, 0, _digest, 0, _key) == 1 && VerifyOnce(context, signature, (nuint)signature.Length, data, (nuint)data.Length) == 1;
        FreeContext(context);
        return valid;
    }

    public void Hash(ReadOnlySpan<byte> data, Span<byte> into) => Digest(data, (nuint)data.Length, into, 0, _digest, 0);

    private static unsafe nint DecodeKey(byte[] info)
    {
        fixed (byte* start = info)
        {
            var at = start;
            var key = DecodePublicKey(0, ref at, info.Length);
            return key != 0 ? key : throw new CryptographicException("OpenSSL does not take the key.");
        }
    }

    /// <summary>Checks the signature of a CMS message by the certificate in it, as <c>openssl cms -verify -noverify</c> does, and decodes certificates.</summary>
    public static unsafe bool VerifyMessageAndParse(byte[] message, IReadOnlyList<byte[]> certificates)
    {
        fixed (byte* start = message)
        {
            var input = NewBuffer(start, message.Length);
            var cms = DecodeMessage(input, 0);
            var output = NewOutput(MemoryMethod());
            var valid = VerifyMessage(cms, 0, 0, 0, output, NoSignerVerify) == 1;
            FreeBuffer(output);
            FreeMessage(cms);
            FreeBuffer(input);
            foreach (var certificate in certificates)
            {
                fixed (byte* first = certificate)
                {
                    var at = first;
                    var x509 = DecodeCertificate(0, ref at, certificate.Length);
                    if (x509 == 0) return false;
                    FreeCertificate(x509);
                }
            }
            return valid;
        }
    }

    public void Dispose() => FreeKey(_key);

    [LibraryImport(Library, EntryPoint = "d2i_PUBKEY")]
    private static unsafe partial nint DecodePublicKey(nint into, ref byte* at, nint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_get_digestbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DigestByName(string name);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int VerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int VerifyOnce(nint context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> data, nuint dataLength);

    [LibraryImport(Library, EntryPoint = "EVP_Digest")]
    private static partial int Digest(ReadOnlySpan<byte> data, nuint length, Span<byte> into, nint size, nint type, nint engine);

    [LibraryImport(Library, EntryPoint = "BIO_new_mem_buf")]
    private static unsafe partial nint NewBuffer(byte* data, int length);

    [LibraryImport(Library, EntryPoint = "BIO_s_mem")]
    private static partial nint MemoryMethod();

    [LibraryImport(Library, EntryPoint = "BIO_new")]
    private static partial nint NewOutput(nint method);

    [LibraryImport(Library, EntryPoint = "BIO_free")]
    private static partial int FreeBuffer(nint buffer);

    [LibraryImport(Library, EntryPoint = "d2i_CMS_bio")]
    private static partial nint DecodeMessage(nint buffer, nint into);

    [LibraryImport(Library, EntryPoint = "CMS_verify")]
    private static partial int VerifyMessage(nint cms, nint certificates, nint store, nint content, nint output, uint flags);

    [LibraryImport(Library, EntryPoint = "CMS_ContentInfo_free")]
    private static partial void FreeMessage(nint cms);

    [LibraryImport(Library, EntryPoint = "d2i_X509")]
    private static unsafe partial nint DecodeCertificate(nint into, ref byte* at, nint length);

    [LibraryImport(Library, EntryPoint = "X509_free")]
    private static partial void FreeCertificate(nint certificate);
}
