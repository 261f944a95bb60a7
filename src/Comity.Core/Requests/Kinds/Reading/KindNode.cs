namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>One value of a kind's file as it was written: a text, a list or a mapping; everything in it is text until somebody asks for more.</summary>
internal abstract record KindNode(int Line)
{
    internal sealed record Scalar(int Line, string Text) : KindNode(Line);

    internal sealed record Sequence(int Line, IReadOnlyList<KindNode> Items) : KindNode(Line);

    /// <summary>The entries in the file's order, no name twice.</summary>
    internal sealed record Mapping(int Line, IReadOnlyList<(string Name, int Line, KindNode Value)> Entries) : KindNode(Line)
    {
        public KindNode? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name).Value;
    }
}
