using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Comity.TransparencyLog;

/// <summary>The two kinds of signature: over the text, and over a checkpoint with the time.</summary>
internal static class NoteSignatures
{
    private const int TimeLength = sizeof(long);

    // The last second of the year 9999, the end of what DateTimeOffset can say.
    private const long LastSecond = 253_402_300_799;

    public static bool TryVerify(
        VerifierKey key, ReadOnlySpan<byte> text, NoteSignature signature, [NotNullWhen(true)] out VerifiedSignature? verified)
    {
        verified = key.Algorithm == NoteAlgorithm.Ed25519
            ? OverText(key, text, signature.Signature)
            : OverCheckpoint(key, text, signature.Signature);
        return verified is not null;
    }

    /// <summary>What a cosigner signs: two lines of its own, then the checkpoint.</summary>
    public static byte[] CosignedMessage(ReadOnlySpan<byte> checkpoint, long seconds) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n")), .. checkpoint];

    private static VerifiedSignature? OverText(VerifierKey key, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        key.PublicKey.Verify(text, signature) ? new VerifiedSignature(key, At: null) : null;

    private static VerifiedSignature? OverCheckpoint(VerifierKey key, ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != TimeLength + Ed25519PublicKey.SignatureLength)
        {
            return null;
        }

        var seconds = BinaryPrimitives.ReadInt64BigEndian(signature);
        return seconds is >= 0 and <= LastSecond
            && key.PublicKey.Verify(CosignedMessage(text, seconds), signature[TimeLength..])
            ? new VerifiedSignature(key, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;
    }
}
