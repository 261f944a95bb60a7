using System.Security.Cryptography;
using System.Text;
using Comity.Emrtd.Mrz;

namespace Comity.Emrtd.Access;

/// <summary>What is printed on a document and opens its chip: the zone's three fields, or the card access number.</summary>
/// <remarks>Doc 9303-11 §4.3.1 and §4.4.2. Secret from everybody who has not seen the document: never log it.</remarks>
public sealed class AccessKey
{
    private readonly byte[] _secret;

    private AccessKey(byte[] secret, bool isZone, string? number) => (_secret, IsZone, DocumentNumber) = (secret, isZone, number);

    /// <summary>Whether it comes from the zone: only then it opens basic access control, too.</summary>
    public bool IsZone { get; }

    /// <summary>The number with its check digit, which terminal authentication after BAC names.</summary>
    internal string? DocumentNumber { get; }

    /// <summary>SHA-1 of the three fields, or the card access number: what PACE's key is derived from.</summary>
    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>The seed of BAC's keys.</summary>
    internal ReadOnlySpan<byte> Seed => _secret.AsSpan(0, 16);

    /// <summary>From a zone as read.</summary>
    /// <returns>The key; none where number, date of birth or date of expiry cannot be used.</returns>
    public static AccessKey? FromZone(MachineReadableZone zone) =>
        zone is MachineReadableZone.Recognised { DocumentNumber.Value: { } number } read
            ? FromFields(number.ToString().Length > 9 ? number.ToString() : read.DocumentNumber.Raw, read.DateOfBirth.Raw, read.DateOfExpiry.Raw)
            : null;

    /// <summary>From the three fields as printed.</summary>
    /// <param name="number">Number; shorter than nine characters is filled.</param>
    /// <param name="birth">Date of birth, six characters.</param>
    /// <param name="expiry">Date of expiry, six characters.</param>
    /// <returns>The key; none where a field has another length or a character of no zone.</returns>
    public static AccessKey? FromFields(string number, string birth, string expiry)
    {
        if (number.Length is 0 or > 22 || birth.Length != 6 || expiry.Length != 6) return null;
        var text = new StringBuilder();
        foreach (var field in (string[])[number.PadRight(9, '<'), birth, expiry])
        {
            var digit = CheckDigit.Of(field);
            if (digit == CheckDigit.None) return null;
            text.Append(field).Append(digit);
        }
        return new(SHA1.HashData(Encoding.ASCII.GetBytes(text.ToString())), true, text.ToString()[..(Math.Max(9, number.Length) + 1)]);
    }

    /// <summary>From the card access number.</summary>
    /// <param name="number">Six digits as printed.</param>
    /// <returns>The key; none where it is no such number.</returns>
    public static AccessKey? FromCardAccessNumber(string number) =>
        number.Length is 0 or > 16 || number.AsSpan().ContainsAnyExceptInRange('0', '9') ? null : new(Encoding.ASCII.GetBytes(number), false, null);

    /// <summary>Nothing of the secret.</summary>
    public override string ToString() => IsZone ? "zone" : "card access number";
}
