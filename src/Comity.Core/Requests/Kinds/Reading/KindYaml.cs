using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>
/// Reads the part of YAML in which kinds are written: mappings, lists and texts. Nothing is guessed: <c>no</c>, <c>1.0</c> and <c>2026-01-01</c>
/// are texts. Anchors, aliases, tags, several documents and names that stand twice are refused.
/// </summary>
internal static class KindYaml
{
    /// <summary>The longest file, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int MaxDepth = 12;
    private const int MaxNodes = 20_000;

    /// <summary>Reads one file.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="faults">Gets what is wrong.</param>
    /// <param name="root">The mapping that the file is.</param>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, KindFaults faults, [NotNullWhen(true)] out KindNode.Mapping? root)
    {
        root = null;
        if (utf8.Length > MaxBytes)
        {
            faults.Add(0, "", $"has {utf8.Length} bytes; at most {MaxBytes} are read");
            return false;
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            faults.Add(0, "", "is not UTF-8");
            return false;
        }

        var parser = new Parser(new StringReader(Encoding.UTF8.GetString(utf8.Span)));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                faults.Add(0, "", "is empty");
                return false;
            }

            parser.Consume<DocumentStart>();
            var nodes = 0;
            var read = Read(parser, faults, "", 1, ref nodes);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out var next))
            {
                faults.Add(Line(parser.Current?.Start ?? Mark.Empty), "", "holds a second document");
            }

            root = read as KindNode.Mapping;
            if (root is null && !faults.Any)
            {
                faults.Add(read?.Line ?? 0, "", "must be a mapping");
            }

            return root is not null && !faults.Any;
        }
        catch (YamlException e)
        {
            // The first words of the library's message name what it met; the file is the author's own and holds no one's data.
            faults.Add(Line(e.Start), "", $"is not YAML at column {e.Start.Column}: {e.Message}");
            return false;
        }
        catch (InvalidOperationException)
        {
            // The library meets some broken flow lists and mappings so.
            faults.Add(Line(parser.Current?.End ?? Mark.Empty), "", "is not YAML: a list or mapping that was opened here is not closed");
            return false;
        }
    }

    private static int Line(Mark mark) => (int)mark.Line;

    private static KindNode? Read(Parser parser, KindFaults faults, string path, int depth, ref int nodes)
    {
        if (depth > MaxDepth || ++nodes > MaxNodes)
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, depth > MaxDepth ? $"it nests deeper than {MaxDepth}" : $"it holds more than {MaxNodes} values");
        }

        if (parser.Current is NodeEvent node && (!node.Anchor.IsEmpty || !node.Tag.IsEmpty))
        {
            faults.Add(Line(node.Start), path, "must have no anchor and no tag");
        }

        switch (parser.Current)
        {
            case Scalar scalar:
                parser.MoveNext();
                return new KindNode.Scalar(Line(scalar.Start), scalar.Value);
            case SequenceStart start:
                return ReadSequence(parser, faults, path, depth, start, ref nodes);
            case MappingStart start:
                return ReadMapping(parser, faults, path, depth, start, ref nodes);
            default:
                faults.Add(Line(parser.Current!.Start), path, "must not refer to another part by an alias");
                parser.MoveNext();
                return null;
        }
    }

    private static KindNode.Sequence ReadSequence(Parser parser, KindFaults faults, string path, int depth, SequenceStart start, ref int nodes)
    {
        parser.MoveNext();
        List<KindNode> items = [];
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            if (Read(parser, faults, $"{path}[{items.Count}]", depth + 1, ref nodes) is { } item)
            {
                items.Add(item);
            }
        }

        return new KindNode.Sequence(Line(start.Start), items);
    }

    private static KindNode.Mapping ReadMapping(Parser parser, KindFaults faults, string path, int depth, MappingStart start, ref int nodes)
    {
        parser.MoveNext();
        List<(string, int, KindNode)> entries = [];
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var name))
            {
                throw new YamlException(parser.Current!.Start, parser.Current.End, "a name must be a text");
            }

            var own = path.Length == 0 ? name.Value : $"{path}.{name.Value}";
            if (!names.Add(name.Value))
            {
                faults.Add(Line(name.Start), own, "stands twice");
            }

            if (Read(parser, faults, own, depth + 1, ref nodes) is { } value)
            {
                entries.Add((name.Value, Line(name.Start), value));
            }
        }

        return new KindNode.Mapping(Line(start.Start), entries);
    }
}
