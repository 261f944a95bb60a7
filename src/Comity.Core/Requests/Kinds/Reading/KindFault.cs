namespace Comity.Core.Requests.Kinds.Reading;

/// <summary>What is wrong with a kind's file, and where.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line, from 1; 0 for the whole file.</param>
/// <param name="Path">Which part, e.g. <c>acts.ask.fields.offence.type</c>; empty for the whole.</param>
/// <param name="Reason">What is wrong, to be read after the part's name.</param>
public sealed record KindFault(string File, int Line, string Path, string Reason)
{
    /// <summary>File, line, part and reason.</summary>
    public override string ToString() => $"{File}{(Line > 0 ? $", line {Line}" : "")}: {(Path.Length > 0 ? Path + " " : "")}{Reason}";
}

/// <summary>Collects the faults of one file, so that its author repairs all of them at once.</summary>
internal sealed class KindFaults(string file)
{
    /// <summary>More are counted, not listed.</summary>
    public const int Most = 100;

    private readonly List<KindFault> _all = [];
    private int _more;

    public bool Any => _all.Count > 0;

    public IReadOnlyList<KindFault> All => _more == 0 ? [.. _all.OrderBy(fault => fault.Line)]
        : [.. _all.OrderBy(fault => fault.Line), new KindFault(file, 0, "", $"has {_more} more faults")];

    public void Add(int line, string path, string reason)
    {
        if (_all.Count < Most)
        {
            _all.Add(new KindFault(file, line, path, reason));
        }
        else
        {
            _more++;
        }
    }
}
