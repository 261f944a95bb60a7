namespace Comity.Emrtd.Trust;

/// <summary>The two-letter country of a certificate for the issuing State of a zone.</summary>
/// <remarks>ISO 3166-1; Doc 9303-3 §5 parts B to D; Doc 9303-12 Table 4 asks for the two letters in upper case.</remarks>
public static class Countries
{
    /// <summary>The countries that a State's certificates may bear; empty where the code is in no table.</summary>
    /// <param name="state">The issuing State.</param>
    public static IReadOnlyList<string> CertificateCountriesOf(Mrz.StateCode state) =>
        Table.TryGetValue(state.ToString(), out var countries) ? countries : [];

    /// <summary>Whether a certificate's country is that of an issuing State; none where the code is in no table.</summary>
    /// <param name="state">The issuing State.</param>
    /// <param name="country">The country of the certificate, two or three letters.</param>
    public static bool? Agrees(Mrz.StateCode state, string? country)
    {
        if (country is null) return null;
        if (country == state.ToString()) return true;
        return Table.TryGetValue(state.ToString(), out var countries) ? countries.Contains(country) : null;
    }

    private static readonly Dictionary<string, string[]> Table = Read(
        "ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI BELBE BENBJ BESBQ " +
        "BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH " +
        "CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK " +
        "DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI " +
        "GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN " +
        "IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB " +
        "LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT " +
        "MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO " +
        "NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO " +
        "RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI " +
        "SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG " +
        "UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW " +
        // What Doc 9303 adds: the United Kingdom's kinds of nationals, organisations, and the specimen State.
        "GBDGB GBNGB GBOGB GBPGB GBSGB EUEEU UNOUN UNAUN RKSKS RKSXK UTOUT XOMXO XPOXP HKGCN MACCN");

    private static Dictionary<string, string[]> Read(string pairs)
    {
        var table = pairs.Split(' ').GroupBy(p => p[..3], p => p[3..]).ToDictionary(g => g.Key, g => g.ToArray());
        table["D"] = table["DEU"];
        return table;
    }
}
