using Comity.Core.Registers;
using Comity.Core.Members;
using Comity.Emrtd;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Checks;

/// <summary>What one checks with.</summary>
/// <param name="Number">The number; not empty.</param>
/// <param name="Issuer">
/// The issuer, or null where it is not known: then the number is looked up under every issuer of which something is
/// reported, so that the cost grows with their count (about 200 in the world).
/// </param>
/// <param name="Type">The type, or null where it is not known: then records of every type answer.</param>
/// <param name="CheckDigit">What the check digit of the number says; nothing where the number was typed.</param>
public sealed record DocumentProbe(
    DocumentNumber Number, IssuingCode? Issuer = null, DocumentType? Type = null, CheckDigitReading CheckDigit = default) : IProbe
{
    /// <inheritdoc/>
    public byte[] ToContent()
    {
        var json = new System.Text.Json.Nodes.JsonObject { ["number"] = Number.ToString() };
        if (Issuer is { } issuer)
        {
            json["issuer"] = issuer.ToString();
        }

        if (Type is { } type)
        {
            json["type"] = type.ToString();
        }

        return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(json);
    }
}

/// <summary>Whether the check digit of a scanned number fits it.</summary>
public enum CheckDigitStatus
{
    /// <summary>There was none, as where the number was typed, or it could not be read.</summary>
    NotKnown = 0,

    /// <summary>It fits the number, which was therefore probably read right.</summary>
    Verified = 1,

    /// <summary>It does not fit the number: one of the two was misread.</summary>
    Failed = 2,
}

/// <summary>The check digit of a scanned number.</summary>
/// <param name="Status">Whether it fits.</param>
/// <param name="Digit">The digit as read, 0 to 9, or null where it is not known.</param>
public readonly record struct CheckDigitReading(CheckDigitStatus Status, int? Digit = null)
{
    /// <summary>Compares a number with the digit read after it.</summary>
    /// <param name="number">The number.</param>
    /// <param name="digit">What was read; anything but 0 to 9 gives <see cref="CheckDigitStatus.NotKnown"/>.</param>
    /// <remarks>
    /// Right where no filler stood inside the printed number, since the normal form has lost its place. A reader of the
    /// zone knows better and gives the status itself.
    /// </remarks>
    public static CheckDigitReading Of(DocumentNumber number, char digit)
    {
        if (!char.IsAsciiDigit(digit) || number.IsEmpty) return default;
        var fits = Emrtd.Mrz.CheckDigit.Of(number.AsSpan()) == digit - '0';
        return new(fits ? CheckDigitStatus.Verified : CheckDigitStatus.Failed, digit - '0');
    }
}
