using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Comity.TransparencyLog;

/// <summary>One signature line of a note, verified or not.</summary>
public sealed class NoteSignature
{
    /// <summary>The longest signature in bytes, id included: enough for any of the standard, post-quantum ones too.</summary>
    public const int MaxLength = 16 * 1024;

    private const string Dash = "\u2014 ";
    private readonly byte[] _bytes;

    internal NoteSignature(string keyName, uint keyId, ReadOnlySpan<byte> signature)
    {
        (KeyName, KeyId) = (keyName, keyId);
        _bytes = signature.ToArray();
    }

    /// <summary>The name of the key that is said to have signed.</summary>
    public string KeyName { get; }

    /// <summary>The id of the key that is said to have signed.</summary>
    public uint KeyId { get; }

    /// <summary>What follows the id: for Ed25519 64 bytes, for a cosignature 8 bytes of time before them.</summary>
    public ReadOnlySpan<byte> Signature => _bytes;

    /// <summary>The line: em dash, space, name, space, base64(id ‖ signature); without the newline.</summary>
    public override string ToString()
    {
        var blob = new byte[sizeof(uint) + _bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(blob, KeyId);
        _bytes.CopyTo(blob.AsSpan(sizeof(uint)));
        return $"{Dash}{KeyName} {Convert.ToBase64String(blob)}";
    }

    /// <summary>Reads one line, without its newline.</summary>
    /// <returns>False where it is not in the form of C2SP signed-note.</returns>
    public static bool TryParse(ReadOnlySpan<char> line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(Dash, StringComparison.Ordinal))
        {
            return false;
        }

        line = line[Dash.Length..];
        var space = line.IndexOf(' ');
        if (space < 0
            || !TransparencyLog.KeyName.IsValid(line[..space])
            || line.Length - space > MaxLength / 3 * 4
            || !StrictBase64.TryDecode(line[(space + 1)..], out byte[] blob)
            || blob.Length <= sizeof(uint))
        {
            return false;
        }

        signature = new NoteSignature(
            line[..space].ToString(), BinaryPrimitives.ReadUInt32BigEndian(blob), blob.AsSpan(sizeof(uint)));
        return true;
    }
}
