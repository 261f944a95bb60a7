using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Comity.Core.Access.SigningIn;

/// <summary>Time-based one-time passwords: 6 digits, 30 seconds, HMAC-SHA-1, as every authenticator app makes them.</summary>
/// <remarks>Source: RFC 6238, on RFC 4226 section 5.3.</remarks>
public static class Totp
{
    /// <summary>Bytes of a secret: the length of the hash (RFC 4226 section 4, R6).</summary>
    public const int SecretLength = 20;

    private const int StepSeconds = 30;
    private const int Modulus = 1_000_000;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step in which an instant lies.</summary>
    public static long StepAt(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step: six digits.</summary>
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // HMAC-SHA-1 is what RFC 6238 and the apps use; its collisions do not matter to an HMAC
        HMACSHA1.HashData(secret, counter, mac);
#pragma warning restore CA5350
        var truncated = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0x0F)..]) & int.MaxValue;
        return (truncated % Modulus).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The step to which a typed code belongs: the present one, the one before or the one after; null for none of them.</summary>
    /// <remarks>Constant time in the code. That it is accepted once is for the caller, who keeps the step.</remarks>
    public static long? Match(ReadOnlySpan<byte> secret, string? typed, DateTimeOffset now)
    {
        var digits = Encoding.ASCII.GetBytes(string.Concat((typed ?? "").Where(c => !char.IsWhiteSpace(c)).Take(7)));
        var present = StepAt(now);
        long? found = null;
        for (var step = present - 1; step <= present + 1; step++)
        {
            found = CryptographicOperations.FixedTimeEquals(digits, Encoding.ASCII.GetBytes(CodeOf(secret, step))) ? step : found;
        }

        return found;
    }

    /// <summary>The secret as it is typed into an app: base32 (RFC 4648 section 6) without padding.</summary>
    public static string ToText(ReadOnlySpan<byte> secret)
    {
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var b in secret)
        {
            (bits, held) = ((bits << 8) | b, held + 8);
            while (held >= 5)
            {
                held -= 5;
                text.Append(Base32[(bits >> held) & 31]);
            }

            bits &= (1 << held) - 1;
        }

        return held > 0 ? text.Append(Base32[(bits << (5 - held)) & 31]).ToString() : text.ToString();
    }

    /// <summary>What an app reads from a picture.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="issuer">Whose node it is.</param>
    /// <param name="name">The account.</param>
    public static string ToUri(ReadOnlySpan<byte> secret, string issuer, string name) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(name)}?secret={ToText(secret)}&issuer={Uri.EscapeDataString(issuer)}";
}
