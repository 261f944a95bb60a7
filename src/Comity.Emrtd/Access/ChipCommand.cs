namespace Comity.Emrtd.Access;

/// <summary>A command to a chip (ISO/IEC 7816-4 §5.1).</summary>
/// <param name="Class">Class byte.</param>
/// <param name="Instruction">Instruction byte.</param>
/// <param name="P1">First parameter.</param>
/// <param name="P2">Second parameter.</param>
/// <param name="Data">Data sent; may be empty.</param>
/// <param name="Expected">The most bytes wanted back: 0 for none, 256 for as many as a short command may ask, at most 65,536.</param>
public readonly record struct ChipCommand(byte Class, byte Instruction, byte P1, byte P2, ReadOnlyMemory<byte> Data = default, int Expected = 0)
{
    /// <summary>The command's bytes: short where it fits, extended otherwise.</summary>
    public byte[] Encode()
    {
        var extended = Data.Length > 255 || Expected > 256;
        var bytes = new List<byte>(Data.Length + 9) { Class, Instruction, P1, P2 };
        if (extended) bytes.Add(0);
        if (!Data.IsEmpty)
        {
            if (extended) bytes.Add((byte)(Data.Length >> 8));
            bytes.Add((byte)Data.Length);
            bytes.AddRange(Data.Span);
        }
        if (Expected > 0)
        {
            if (extended) bytes.Add((byte)(Expected >> 8));
            bytes.Add((byte)Expected);
        }
        return [.. bytes];
    }

    /// <summary>The header; the data may be secret.</summary>
    public override string ToString() => $"{Class:X2} {Instruction:X2} {P1:X2} {P2:X2}";
}

/// <summary>A chip's answer.</summary>
/// <param name="Data">Data that came back.</param>
/// <param name="Status">The status word; 0x9000 is success.</param>
public readonly record struct ChipResponse(ReadOnlyMemory<byte> Data, int Status)
{
    /// <summary>Whether the status is 0x9000.</summary>
    public bool IsSuccess => Status == 0x9000;

    /// <summary>Whether data came although the end was reached or a warning stands with them (0x6282).</summary>
    public bool HasData => IsSuccess || Status == 0x6282;

    /// <summary>Reads an answer.</summary>
    /// <param name="bytes">Data and status word.</param>
    /// <param name="response">The answer; the default value where there are fewer than two bytes.</param>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out ChipResponse response)
    {
        response = default;
        if (bytes.Length < 2) return false;
        response = new(bytes[..^2], (bytes.Span[^2] << 8) | bytes.Span[^1]);
        return true;
    }

    /// <summary>The status word.</summary>
    public override string ToString() => $"{Status:X4}";
}

/// <summary>The way to a chip: a reader, or a recording of one.</summary>
public interface IChipTransport
{
    /// <summary>Sends a command and waits for the answer.</summary>
    /// <param name="command">The command's bytes.</param>
    /// <param name="response">Data and status word.</param>
    /// <returns>False where the chip is gone.</returns>
    bool TryTransmit(ReadOnlySpan<byte> command, out ReadOnlyMemory<byte> response);
}
