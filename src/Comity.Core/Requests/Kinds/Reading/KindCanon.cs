using System.Globalization;
using System.Text;

namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>
/// The canonical form of a kind's file: its tree as JSON by RFC 8785, every text a JSON string. Comments, layout, quotes and the order of
/// names do not matter to it; the order of list elements, and every text, does.
/// </summary>
internal static class KindCanon
{
    public static byte[] Of(KindNode.Mapping root)
    {
        var text = new StringBuilder();
        Write(text, root);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(StringBuilder text, KindNode node)
    {
        switch (node)
        {
            case KindNode.Scalar scalar:
                Write(text, scalar.Text);
                break;
            case KindNode.Sequence sequence:
                Join(text, '[', ']', sequence.Items, item => Write(text, item));
                break;
            case KindNode.Mapping mapping:
                Join(text, '{', '}', mapping.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal), entry =>
                {
                    Write(text, entry.Name);
                    text.Append(':');
                    Write(text, entry.Value);
                });
                break;
        }
    }

    private static void Join<T>(StringBuilder text, char open, char close, IEnumerable<T> items, Action<T> write)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            write(item);
        }

        text.Append(close);
    }

    // RFC 8785, 3.2.2.2: only what must be escaped is, and in the shortest way.
    private static void Write(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
