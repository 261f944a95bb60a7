namespace Comity.Emrtd.Mrz;

/// <summary>What is known of a three-letter code of a State, organization or nationality.</summary>
public enum StateCodeKind
{
    /// <summary>In neither table; kept as it stands.</summary>
    Unknown,

    /// <summary>An alpha-3 code of ISO 3166-1.</summary>
    Iso3166,

    /// <summary>A code that Doc 9303-3 §5 adds: <c>D</c>, parts of the United Kingdom's nationals, organizations.</summary>
    Doc9303,

    /// <summary>A code of Doc 9303-3 §5 for a person without a nationality: never an issuer.</summary>
    Person,

    /// <summary>The standard's own specimen State, UTO.</summary>
    Specimen,

    /// <summary>A code that ISO 3166-1 leaves to its users (AAA–AAZ, QMA–QZZ, XAA–XZZ, ZZA–ZZZ) and Doc 9303 does not assign.</summary>
    UserAssigned,
}

/// <summary>The code of an issuing State or organization, or of a nationality: one to three letters A–Z.</summary>
/// <remarks>ICAO Doc 9303-3 §5. The default is empty. A code that no table has is a code still: tables age.</remarks>
public readonly record struct StateCode
{
    private readonly string? _text;

    private StateCode(string text, StateCodeKind kind) => (_text, Kind) = (text, kind);

    /// <summary>In which table the code stands.</summary>
    public StateCodeKind Kind { get; }

    /// <summary>Reads a code.</summary>
    /// <param name="s">One to three letters A–Z, fillers after them allowed: <c>UTO</c>, <c>D&lt;&lt;</c>.</param>
    /// <param name="code">The code, or the default value on refusal.</param>
    public static bool TryParse(ReadOnlySpan<char> s, out StateCode code)
    {
        code = default;
        if (s.Length > 3) return false;
        var letters = s.TrimEnd('<');
        if (letters.IsEmpty || letters.ContainsAnyExceptInRange('A', 'Z')) return false;
        var text = letters.ToString();
        code = new(text, KindOf(text));
        return true;
    }

    /// <summary>The letters without fillers; empty for the default value.</summary>
    public override string ToString() => _text ?? "";

    private static StateCodeKind KindOf(string code) =>
        Iso.Contains(code) ? StateCodeKind.Iso3166
        : Added.Contains(code) ? StateCodeKind.Doc9303
        : code is "XXA" or "XXB" or "XXC" or "XXX" ? StateCodeKind.Person
        : code == "UTO" ? StateCodeKind.Specimen
        : IsUserAssigned(code) ? StateCodeKind.UserAssigned
        : StateCodeKind.Unknown;

    private static bool IsUserAssigned(string code) => code.Length == 3
        && (code[0] == 'X' || (code[0] == 'A' && code[1] == 'A') || (code[0] == 'Q' && code[1] >= 'M') || (code[0] == 'Z' && code[1] == 'Z'));

    private static readonly HashSet<string> Added = Set(
        "D EUE GBD GBN GBO GBP GBS RKS UNA UNK UNO XBA XCC XCE XCO XDC XEC XES XIM XMP XOM XPO");

    private static readonly HashSet<string> Iso = Set(
        "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR " +
        "BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG " +
        "COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH " +
        "FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY " +
        "HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM " +
        "KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL " +
        "MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR " +
        "NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU " +
        "SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA " +
        "TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB " +
        "VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE");

    private static HashSet<string> Set(string codes) => [.. codes.Split(' ')];
}
