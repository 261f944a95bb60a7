namespace Comity.Emrtd.Mrz;

/// <summary>Checks check digits, and proposes what single misread character would explain a wrong one.</summary>
internal sealed class MrzChecker(MrzLayout layout, MrzText text)
{
    /// <summary>Checks one field.</summary>
    /// <param name="part">What is covered.</param>
    /// <param name="covered">Where it stands, in the order of computation.</param>
    /// <param name="at">Where the check digit stands.</param>
    /// <param name="digitsOnly">Whether the field is of digits, so that a proposal is one.</param>
    /// <param name="mayBeFiller">Whether a filler may stand for the check digit.</param>
    /// <param name="findings">Where findings go.</param>
    public MrzCheck Check(
        MrzPart part, IReadOnlyList<MrzSpan> covered, MrzSpan at, bool digitsOnly, bool mayBeFiller, List<MrzFinding> findings) =>
        Check(part, covered, at, mayBeFiller, findings, () => Propose(covered, at, digitsOnly));

    /// <summary>Checks the composite digit. Proposals are made only where every other digit holds: else those explain it.</summary>
    public MrzCheck CheckComposite(MrzSpan at, bool othersHold, List<MrzFinding> findings) =>
        Check(MrzPart.Composite, layout.CompositeCovers, at, false, findings,
            () => othersHold ? Propose(layout.CompositeCovers, at, digitsOnly: false) : []);

    private MrzCheck Check(
        MrzPart part, IReadOnlyList<MrzSpan> covered, MrzSpan at, bool mayBeFiller, List<MrzFinding> findings, Func<IReadOnlyList<MrzRepair>> propose)
    {
        var found = text[at];
        var expected = CheckDigit.Of(text.Join(covered));
        var outcome = expected == CheckDigit.None ? MrzCheckOutcome.NotComputable
            : found[0] == Digit(expected) ? MrzCheckOutcome.Holds
            : found[0] != '<' ? MrzCheckOutcome.Wrong
            : mayBeFiller ? MrzCheckOutcome.Holds
            : MrzCheckOutcome.Missing;

        MrzFindingCode? code = outcome switch
        {
            MrzCheckOutcome.Wrong => MrzFindingCode.CheckDigitWrong,
            MrzCheckOutcome.Missing => MrzFindingCode.CheckDigitMissing,
            MrzCheckOutcome.NotComputable => MrzFindingCode.CheckDigitNotComputable,
            _ => null,
        };
        if (code is { } what)
            findings.Add(new(what, part, at, MrzText.Printable(found), expected == CheckDigit.None ? null : Digit(expected).ToString()));

        return new(part, at, found[0], expected == CheckDigit.None ? null : expected, outcome,
            outcome == MrzCheckOutcome.Wrong ? propose() : []);
    }

    private List<MrzRepair> Propose(IReadOnlyList<MrzSpan> covered, MrzSpan at, bool digitsOnly)
    {
        var repairs = new List<MrzRepair>();
        var places = covered.SelectMany(s => Enumerable.Range(0, s.Length).Select(s.At)).Append(at);
        foreach (var place in places)
        {
            var found = text[place][0];
            if (Twin(found) is not { } twin || ((digitsOnly || place == at) && !char.IsAsciiDigit(twin))) continue;
            var repaired = text.With(place, twin);
            if (repaired[at][0] == Digit(CheckDigit.Of(repaired.Join(covered))))
                repairs.Add(new(place, found, twin, CompositeHolds(repaired)));
        }
        return repairs;
    }

    private bool? CompositeHolds(MrzText repaired) => layout.Composite is { } composite
        ? repaired[composite][0] == Digit(CheckDigit.Of(repaired.Join(layout.CompositeCovers)))
        : null;

    private static char? Twin(char c) => c switch
    {
        '0' => 'O',
        'O' => '0',
        '1' => 'I',
        'I' => '1',
        '2' => 'Z',
        'Z' => '2',
        '5' => 'S',
        'S' => '5',
        '8' => 'B',
        'B' => '8',
        _ => null,
    };

    // None gives '/', which no zone has, so it equals nothing.
    private static char Digit(int digit) => (char)('0' + digit);
}
