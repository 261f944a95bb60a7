namespace Comity.Emrtd.Ber;

/// <summary>Takes down the defects of one file, up to a limit.</summary>
internal sealed class DefectLog(string file)
{
    public const int Limit = 200;
    private List<Defect>? _defects;

    public IReadOnlyList<Defect> Defects => _defects ?? (IReadOnlyList<Defect>)[];

    public void Add(DefectCode code, int offset, string element, string? detail = null)
    {
        _defects ??= [];
        if (_defects.Count < Limit) _defects.Add(new(file, code, offset, element, detail));
        else if (_defects.Count == Limit) _defects.Add(new(file, DefectCode.LimitReached, offset, "defects"));
    }
}
