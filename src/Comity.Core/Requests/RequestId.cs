using System.Globalization;
using Comity.Core.Members;

namespace Comity.Core.Requests;

/// <summary>A request's name on both sides: the asker's code, a hyphen and 16 hexadecimal digits. Only that member can open it.</summary>
public readonly record struct RequestId
{
    private const int Digits = 16;
    private readonly ulong _number;

    private RequestId(MemberCode asker, ulong number) => (Asker, _number) = (asker, number);

    /// <summary>The member that asks.</summary>
    public MemberCode Asker { get; }

    /// <summary>A new name.</summary>
    public static RequestId New(MemberCode asker, Randomness randomness) =>
        new(asker, System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(randomness.Bytes(8)));

    /// <summary>Reads what <see cref="ToString"/> prints, nothing else.</summary>
    public static bool TryParse(string? text, out RequestId id)
    {
        id = default;
        if (text is not { Length: 4 + Digits } || text[3] != '-' || !MemberCode.TryParse(text[..3], null, out var asker)
            || text.AsSpan(4).ContainsAnyExcept("0123456789abcdef") || !ulong.TryParse(text.AsSpan(4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        id = new RequestId(asker, number);
        return true;
    }

    /// <summary>E.g. <c>UTO-5f0c9d3a1b2c4d5e</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Asker}-{_number:x16}");
}
