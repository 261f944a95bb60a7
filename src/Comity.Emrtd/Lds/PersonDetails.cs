using Comity.Emrtd.Ber;

namespace Comity.Emrtd.Lds;

/// <summary>DG11: further details of the person (Doc 9303-10 §4.7.11). Every field may be absent.</summary>
public sealed record PersonDetails
{
    /// <summary>Full name in national characters, primary and secondary identifier between double fillers.</summary>
    public string? FullName { get; private set; }

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> OtherNames { get; private set; } = [];

    /// <summary>Personal number.</summary>
    public string? PersonalNumber { get; private set; }

    /// <summary>Full date of birth.</summary>
    public LdsDate? DateOfBirth { get; private set; }

    /// <summary>Place of birth in its parts.</summary>
    public IReadOnlyList<string> PlaceOfBirth { get; private set; } = [];

    /// <summary>Permanent address in its parts.</summary>
    public IReadOnlyList<string> Address { get; private set; } = [];

    /// <summary>Telephone.</summary>
    public string? Telephone { get; private set; }

    /// <summary>Profession.</summary>
    public string? Profession { get; private set; }

    /// <summary>Title.</summary>
    public string? Title { get; private set; }

    /// <summary>Personal summary.</summary>
    public string? Summary { get; private set; }

    /// <summary>Image of a proof of citizenship (ISO/IEC 10918-1).</summary>
    public ReadOnlyMemory<byte>? ProofOfCitizenship { get; private set; }

    /// <summary>Numbers of other valid travel documents.</summary>
    public IReadOnlyList<string> OtherDocuments { get; private set; } = [];

    /// <summary>Custody information.</summary>
    public string? Custody { get; private set; }

    /// <summary>What stood under tags that no table has.</summary>
    public IReadOnlyList<UnknownElement> Unknown { get; private set; } = [];

    internal static PersonDetails Read(Tlv root, DefectLog log)
    {
        var details = new PersonDetails();
        var unknown = new List<UnknownElement>();
        foreach (var tlv in root.Inside(log).All())
        {
            if (!details.Take(tlv, log))
            {
                log.Add(DefectCode.ElementUnknown, tlv.Offset, $"tag {tlv.Tag:X2}");
                unknown.Add(new((int)tlv.Tag, tlv.Value));
            }
        }
        details.Unknown = unknown;
        return details;
    }

    private bool Take(Tlv tlv, DefectLog log)
    {
        switch (tlv.Tag)
        {
            case 0x5C: break;
            case 0x5F0E: FullName = LdsText.Text(tlv, "full name", log); break;
            case 0xA0: OtherNames = LdsText.Counted(tlv, 0x5F0F, "other names", log); break;
            case 0x5F0F: OtherNames = [.. OtherNames, LdsText.Text(tlv, "other names", log)]; break;
            case 0x5F10: PersonalNumber = LdsText.Text(tlv, "personal number", log); break;
            case 0x5F2B: DateOfBirth = LdsText.Date(tlv, "date of birth", log); break;
            case 0x5F11: PlaceOfBirth = LdsText.Parts(tlv, "place of birth", log); break;
            case 0x5F42: Address = LdsText.Parts(tlv, "address", log); break;
            case 0x5F12: Telephone = LdsText.Text(tlv, "telephone", log); break;
            case 0x5F13: Profession = LdsText.Text(tlv, "profession", log); break;
            case 0x5F14: Title = LdsText.Text(tlv, "title", log); break;
            case 0x5F15: Summary = LdsText.Text(tlv, "summary", log); break;
            case 0x5F16: ProofOfCitizenship = tlv.Value; break;
            case 0x5F17: OtherDocuments = LdsText.Parts(tlv, "other travel documents", log); break;
            case 0x5F18: Custody = LdsText.Text(tlv, "custody", log); break;
            default: return false;
        }
        return true;
    }

    /// <summary>Nothing: the details concern a person.</summary>
    public override string ToString() => nameof(PersonDetails);
}

/// <summary>DG12: further details of the document (Doc 9303-10 §4.7.12). Every field may be absent.</summary>
public sealed record DocumentDetails
{
    /// <summary>Issuing authority.</summary>
    public string? Authority { get; private set; }

    /// <summary>Date of issue.</summary>
    public LdsDate? DateOfIssue { get; private set; }

    /// <summary>Other persons on the document.</summary>
    public IReadOnlyList<string> OtherPersons { get; private set; } = [];

    /// <summary>Endorsements and observations.</summary>
    public string? Endorsements { get; private set; }

    /// <summary>Tax or exit requirements.</summary>
    public string? TaxOrExit { get; private set; }

    /// <summary>Image of the document's front.</summary>
    public ReadOnlyMemory<byte>? Front { get; private set; }

    /// <summary>Image of the document's rear.</summary>
    public ReadOnlyMemory<byte>? Rear { get; private set; }

    /// <summary>Date and time of personalisation: 14 digits, or as found.</summary>
    public string? Personalised { get; private set; }

    /// <summary>Serial number of the personalisation system.</summary>
    public string? PersonalisationSystem { get; private set; }

    /// <summary>What stood under tags that no table has.</summary>
    public IReadOnlyList<UnknownElement> Unknown { get; private set; } = [];

    internal static DocumentDetails Read(Tlv root, DefectLog log)
    {
        var details = new DocumentDetails();
        var unknown = new List<UnknownElement>();
        foreach (var tlv in root.Inside(log).All())
        {
            if (!details.Take(tlv, log))
            {
                log.Add(DefectCode.ElementUnknown, tlv.Offset, $"tag {tlv.Tag:X2}");
                unknown.Add(new((int)tlv.Tag, tlv.Value));
            }
        }
        details.Unknown = unknown;
        return details;
    }

    private bool Take(Tlv tlv, DefectLog log)
    {
        switch (tlv.Tag)
        {
            case 0x5C: break;
            case 0x5F19: Authority = LdsText.Text(tlv, "issuing authority", log); break;
            case 0x5F26: DateOfIssue = LdsText.Date(tlv, "date of issue", log); break;
            case 0xA0: OtherPersons = LdsText.Counted(tlv, 0x5F1A, "other persons", log); break;
            case 0x5F1A: OtherPersons = [.. OtherPersons, LdsText.Text(tlv, "other persons", log)]; break;
            case 0x5F1B: Endorsements = LdsText.Text(tlv, "endorsements", log); break;
            case 0x5F1C: TaxOrExit = LdsText.Text(tlv, "tax or exit requirements", log); break;
            case 0x5F1D: Front = tlv.Value; break;
            case 0x5F1E: Rear = tlv.Value; break;
            case 0x5F55: Personalised = tlv.Span.Length == 7 ? Convert.ToHexString(tlv.Span) : LdsText.Text(tlv, "date and time of personalisation", log); break;
            case 0x5F56: PersonalisationSystem = LdsText.Text(tlv, "personalisation system", log); break;
            default: return false;
        }
        return true;
    }

    /// <summary>Nothing: the details concern a person.</summary>
    public override string ToString() => nameof(DocumentDetails);
}

/// <summary>One person of DG16 (Doc 9303-10 §4.7.16).</summary>
/// <param name="Recorded">When the details were recorded.</param>
/// <param name="Name">Name.</param>
/// <param name="Telephone">Telephone.</param>
/// <param name="Address">Address in its parts.</param>
public sealed record PersonToNotify(LdsDate? Recorded, string? Name, string? Telephone, IReadOnlyList<string> Address)
{
    internal static IReadOnlyList<PersonToNotify> Read(Tlv root, DefectLog log)
    {
        var persons = new List<PersonToNotify>();
        int? count = null;
        foreach (var tlv in root.Inside(log).All())
        {
            if (tlv.Tag == Tag.Integer) count = Asn1Value.TryInt(tlv, out var n) ? n : null;
            else if (tlv.Tag is >= 0xA0 and <= 0xBE) persons.Add(ReadOne(tlv, log));
            else if (tlv.Tag != 0x5C) log.Add(DefectCode.ElementUnknown, tlv.Offset, $"tag {tlv.Tag:X2}");
        }
        if (count is not null && count != persons.Count) log.Add(DefectCode.CountWrong, root.Offset, "persons to notify");
        return persons;
    }

    private static PersonToNotify ReadOne(Tlv tlv, DefectLog log)
    {
        LdsDate? recorded = null;
        string? name = null, telephone = null;
        IReadOnlyList<string> address = [];
        foreach (var field in tlv.Inside(log).All())
        {
            switch (field.Tag)
            {
                case 0x5F50: recorded = LdsText.Date(field, "date recorded", log); break;
                case 0x5F51: name = LdsText.Text(field, "name", log); break;
                case 0x5F52: telephone = LdsText.Text(field, "telephone", log); break;
                case 0x5F53: address = LdsText.Parts(field, "address", log); break;
                default: log.Add(DefectCode.ElementUnknown, field.Offset, $"tag {field.Tag:X2}"); break;
            }
        }
        return new(recorded, name, telephone, address);
    }

    /// <summary>Nothing: the details concern a person.</summary>
    public override string ToString() => nameof(PersonToNotify);
}
