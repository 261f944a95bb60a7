using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Comity.TransparencyLog;

/// <summary>A text with signatures below it (C2SP signed-note). Means nothing until <see cref="Verify"/> says so.</summary>
public sealed class SignedNote
{
    /// <summary>The longest note in bytes, signatures included: 1 MiB.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>The most signatures that a note carries: 100.</summary>
    public const int MaxSignatures = 100;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly NoteSignature[] _signatures;

    private SignedNote(string text, NoteSignature[] signatures) => (Text, _signatures) = (text, signatures);

    /// <summary>The text, its final newline included.</summary>
    public string Text { get; }

    /// <summary>The signatures in their order, at least one, those of unknown keys included.</summary>
    public IReadOnlyList<NoteSignature> Signatures => _signatures;

    /// <summary>Puts signatures below a text.</summary>
    /// <exception cref="ArgumentException">
    /// The text does not end in a newline, holds another control character or half a surrogate pair, the note
    /// would be too long, or there are no signatures or too many.
    /// </exception>
    public static SignedNote Create(string text, params IEnumerable<NoteSignature> signatures)
    {
        var note = new SignedNote(text, signatures.ToArray());
        if (note._signatures.Length is 0 or > MaxSignatures)
        {
            throw new ArgumentException($"A note has 1 to {MaxSignatures} signatures.", nameof(signatures));
        }

        if (FaultOf(text) is { } fault)
        {
            throw new ArgumentException(fault, nameof(text));
        }

        if (note.ToBytes().Length > MaxLength)
        {
            throw new ArgumentException($"A note has at most {MaxLength} bytes.", nameof(text));
        }

        return note;
    }

    /// <summary>Reads a note. Signatures of unknown keys are kept; a line that is no signature refuses the note.</summary>
    /// <param name="bytes">The note as received, nothing around it.</param>
    /// <param name="note">The note, not yet verified.</param>
    /// <param name="fault">In English, what is wrong and in which line.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? fault)
    {
        note = null;
        if (bytes.Length > MaxLength)
        {
            fault = $"The note has {bytes.Length} bytes; at most {MaxLength} are read.";
            return false;
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            fault = "The note is not UTF-8.";
            return false;
        }

        var whole = Utf8.GetString(bytes);
        var end = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0)
        {
            fault = "No empty line parts the text from the signatures.";
            return false;
        }

        var text = whole[..(end + 1)];
        fault = FaultOf(text);
        if (fault is not null || !TryParseLines(whole.AsSpan(end + 2), text.AsSpan().Count('\n') + 2, out var signatures, out fault))
        {
            return false;
        }

        note = new SignedNote(text, signatures);
        return true;
    }

    /// <summary>The note with one more signature at its end.</summary>
    /// <exception cref="ArgumentException">The note is full.</exception>
    public SignedNote With(NoteSignature signature) => Create(Text, [.. _signatures, signature]);

    /// <summary>The note as it is sent and stored. Reading it gives the same note, byte for byte.</summary>
    public byte[] ToBytes() => Utf8.GetBytes(ToString());

    /// <summary>The note as text.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(_signatures.Select(s => $"{s}\n"))}";

    /// <summary>Verifies the signatures of the keys that the reader knows; those of others are ignored.</summary>
    /// <param name="known">The keys, each once.</param>
    public NoteVerdict Verify(params IReadOnlyCollection<VerifierKey> known)
    {
        var text = Utf8.GetBytes(Text);
        var verified = new Dictionary<VerifierKey, VerifiedSignature>();
        foreach (var signature in _signatures)
        {
            foreach (var key in known.Where(k => k.Id == signature.KeyId && k.Name == signature.KeyName))
            {
                if (!NoteSignatures.TryVerify(key, text, signature, out var one))
                {
                    return new NoteVerdict.BadSignature(key);
                }

                if (!verified.TryGetValue(key, out var other) || one.At > other.At)
                {
                    verified[key] = one;
                }
            }
        }

        return verified.Count > 0 ? new NoteVerdict.Signed([.. verified.Values]) : new NoteVerdict.NotSigned();
    }

    private static bool TryParseLines(
        ReadOnlySpan<char> lines,
        int lineNumber,
        [NotNullWhen(true)] out NoteSignature[]? signatures,
        [NotNullWhen(false)] out string? fault)
    {
        (signatures, fault) = (null, null);
        var found = new List<NoteSignature>();
        if (!lines.EndsWith("\n"))
        {
            fault = "The note does not end in a signature and a newline.";
            return false;
        }

        foreach (var range in lines[..^1].Split('\n'))
        {
            if (found.Count == MaxSignatures)
            {
                fault = $"The note has more than {MaxSignatures} signatures.";
                return false;
            }

            if (!NoteSignature.TryParse(lines[range], out var signature))
            {
                fault = $"Line {lineNumber + found.Count} of the note is not a signature.";
                return false;
            }

            found.Add(signature);
        }

        signatures = [.. found];
        return true;
    }

    private static string? FaultOf(string text)
    {
        if (!text.EndsWith('\n'))
        {
            return "The text does not end in a newline.";
        }

        var line = 1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                line++;
            }
            else if (text[i] < ' ')
            {
                return $"Line {line} has a control character.";
            }
            else if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return $"Line {line} is not Unicode.";
            }
        }

        return null;
    }
}
