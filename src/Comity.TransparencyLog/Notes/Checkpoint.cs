using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Comity.TransparencyLog;

/// <summary>A log's statement of its head: the text of a note (C2SP tlog-checkpoint).</summary>
public sealed class Checkpoint : IEquatable<Checkpoint>
{
    /// <summary>The longest line, in characters: 1,024.</summary>
    public const int MaxLineLength = 1024;

    /// <summary>The most extension lines: 32.</summary>
    public const int MaxExtensions = 32;

    private readonly string[] _extensions;

    /// <summary>States a head.</summary>
    /// <param name="origin">What names the log: by custom a URL without scheme.</param>
    /// <param name="head">The size, from 0, and the root.</param>
    /// <param name="extensions">Further lines, usually none; each not empty.</param>
    /// <exception cref="ArgumentException">
    /// The size is negative; a line is empty, too long, or holds a control character; or there are too many.
    /// </exception>
    public Checkpoint(string origin, TreeHead head, params IEnumerable<string> extensions)
    {
        _extensions = [.. extensions];
        if (head.Size < 0 || !IsLine(origin) || _extensions.Length > MaxExtensions || !Array.TrueForAll(_extensions, e => IsLine(e)))
        {
            throw new ArgumentException(
                $"A checkpoint has a size from 0, an origin and at most {MaxExtensions} extensions of 1 to {MaxLineLength} characters without control characters.");
        }

        (Origin, Head) = (origin, head);
    }

    /// <summary>What names the log.</summary>
    public string Origin { get; }

    /// <summary>The size and the root.</summary>
    public TreeHead Head { get; }

    /// <summary>The lines after the third, as they were.</summary>
    public IReadOnlyList<string> Extensions => _extensions;

    /// <summary>Reads the text of a note in its one canonical spelling.</summary>
    /// <param name="text">The text, its final newline included.</param>
    /// <param name="checkpoint">The checkpoint; as trustworthy as the signatures on the note.</param>
    /// <param name="fault">In English, which line is wrong.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? fault)
    {
        checkpoint = null;
        var lines = text.Split('\n', MaxExtensions + 5);
        if (lines.Length < 4 || lines[^1].Length > 0)
        {
            fault = "A checkpoint has three lines or more, each with a newline.";
        }
        else if (lines.Length > MaxExtensions + 4)
        {
            fault = $"A checkpoint has at most {MaxExtensions} extension lines.";
        }
        else if (Array.FindIndex(lines[..^1], line => !IsLine(line)) is >= 0 and var bad)
        {
            fault = $"Line {bad + 1} of the checkpoint is empty, too long or has a control character.";
        }
        else if (!TryParseSize(lines[1], out var size))
        {
            fault = "Line 2 of the checkpoint is not a size: a decimal number below 2^63 without leading zeros.";
        }
        else if (!TreeHash.TryParse(lines[2], out var root))
        {
            fault = "Line 3 of the checkpoint is not a root: 32 bytes in base64.";
        }
        else
        {
            fault = null;
            checkpoint = new Checkpoint(lines[0], new TreeHead(size, root), lines[3..^1]);
        }

        return checkpoint is not null;
    }

    /// <summary>The text of the note, its final newline included.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Head.Size}\n{Head.Root}\n{string.Concat(_extensions.Select(e => e + '\n'))}");

    /// <summary>Whether all lines are the same.</summary>
    public bool Equals(Checkpoint? other) =>
        other is not null && Origin == other.Origin && Head == other.Head && _extensions.AsSpan().SequenceEqual(other._extensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Checkpoint);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Origin, Head);

    private static bool TryParseSize(string line, out long size) =>
        long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out size) && (line[0] != '0' || line.Length == 1);

    private static bool IsLine(string line) =>
        line.Length is > 0 and <= MaxLineLength && !line.AsSpan().ContainsAnyInRange('\0', '\x1f');
}
