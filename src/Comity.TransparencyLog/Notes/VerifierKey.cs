using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Comity.TransparencyLog;

/// <summary>What a key signs, as the byte of C2SP signed-note that is hashed into its id.</summary>
public enum NoteAlgorithm : byte
{
    /// <summary>Ed25519 over the note's text (C2SP signed-note).</summary>
    Ed25519 = 1,

    /// <summary>Ed25519 over a checkpoint and the time of signing: cosignature/v1 (C2SP tlog-cosignature).</summary>
    CosignatureV1 = 4,
}

/// <summary>A named public key whose signatures on notes a reader knows.</summary>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    /// <summary>The longest key in text, in characters: 512.</summary>
    public const int MaxTextLength = 512;

    /// <summary>Names a key.</summary>
    /// <param name="name">By custom a URL without scheme, such as the origin of a log.</param>
    /// <param name="algorithm">What the key signs.</param>
    /// <param name="publicKey">The key; must not be disposed of while this is in use.</param>
    /// <exception cref="ArgumentException">The name breaks the rule of C2SP signed-note, or the algorithm is unknown.</exception>
    public VerifierKey(string name, NoteAlgorithm algorithm, Ed25519PublicKey publicKey)
    {
        if (!KeyName.IsValid(name))
        {
            throw new ArgumentException($"A key name is {KeyName.Rule}.", nameof(name));
        }

        if (!Enum.IsDefined(algorithm))
        {
            throw new ArgumentException("The algorithm of a key is Ed25519 or cosignature/v1.", nameof(algorithm));
        }

        (Name, Algorithm, PublicKey) = (name, algorithm, publicKey);
        Id = IdOf(name, algorithm, publicKey.AsSpan());
    }

    /// <summary>The name of the key.</summary>
    public string Name { get; }

    /// <summary>What the key signs.</summary>
    public NoteAlgorithm Algorithm { get; }

    /// <summary>The key.</summary>
    public Ed25519PublicKey PublicKey { get; }

    /// <summary>The first four bytes of SHA-256(name ‖ newline ‖ algorithm ‖ public key), big-endian.</summary>
    public uint Id { get; }

    /// <summary>Reads <c>name+id+base64(algorithm ‖ public key)</c>, the id as 8 small hexadecimal digits that must be right.</summary>
    /// <param name="text">The key in text, nothing around it.</param>
    /// <param name="key">The key.</param>
    /// <param name="fault">In English, which part is wrong.</param>
    /// <returns>False for anything else, keys of other algorithms included.</returns>
    public static bool TryParse(
        ReadOnlySpan<char> text, [NotNullWhen(true)] out VerifierKey? key, [NotNullWhen(false)] out string? fault)
    {
        key = null;
        fault = null;
        Span<Range> parts = stackalloc Range[3];
        if (text.Length > MaxTextLength)
        {
            fault = $"A verifier key has at most {MaxTextLength} characters.";
        }
        else if (text.Split(parts, '+') != 3)
        {
            fault = "A verifier key has three parts joined by '+'.";
        }
        else if (!KeyName.IsValid(text[parts[0]]))
        {
            fault = $"The name of a verifier key is {KeyName.Rule}.";
        }
        else if (!StrictBase64.TryDecode(text[parts[2]], out byte[] bytes) || bytes.Length < 1)
        {
            fault = "The third part of a verifier key is not base64.";
        }
        else if (!Enum.IsDefined((NoteAlgorithm)bytes[0]))
        {
            fault = $"Signatures of type {bytes[0]} are not known here.";
        }
        else if (!Ed25519PublicKey.TryCreate(bytes.AsSpan(1), out var publicKey))
        {
            fault = $"An Ed25519 key has {Ed25519PublicKey.Length} bytes, not {bytes.Length - 1}.";
        }
        else
        {
            var named = new VerifierKey(text[parts[0]].ToString(), (NoteAlgorithm)bytes[0], publicKey);
            var idIsRight = text[parts[1]].SequenceEqual(HexOf(named.Id));
            key = idIsRight ? named : null;
            fault = idIsRight ? null : "The id of a verifier key does not belong to its name and key.";
        }

        return key is not null;
    }

    /// <summary>The key as text: <c>name+id+base64(algorithm ‖ public key)</c>.</summary>
    public override string ToString() =>
        $"{Name}+{HexOf(Id)}+{Convert.ToBase64String([(byte)Algorithm, .. PublicKey.AsSpan()])}";

    /// <summary>Whether name, algorithm and key are the same.</summary>
    public bool Equals(VerifierKey? other) =>
        other is not null && Name == other.Name && Algorithm == other.Algorithm && PublicKey.Equals(other.PublicKey);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerifierKey);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Id;

    private static string HexOf(uint id) => id.ToString("x8", CultureInfo.InvariantCulture);

    private static uint IdOf(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> publicKey) =>
        BinaryPrimitives.ReadUInt32BigEndian(
            SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)algorithm, .. publicKey]));
}
