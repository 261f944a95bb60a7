using Comity.Emrtd.Inspection;
using Comity.Emrtd.Signatures;
using Comity.Emrtd.Trust;

namespace Comity.Emrtd.Tests.Trust;

/// <summary>The two master lists and what they say, read once.</summary>
public sealed class GermanLists
{
    public static DateTimeOffset At { get; } = new(2026, 6, 15, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<(MasterList List, TrustStore Store)> Newer = new(() =>
    {
        var list = MasterList.Read(RealFiles.NewerList(), out _)!;
        return (list, new TrustStoreBuilder().Add(list, "German list").Build());
    });

    public static MasterList List => Newer.Value.List;

    public static TrustStore Store => Newer.Value.Store;

    public static TrustStore Anchor => new TrustStoreBuilder().Add(Certificate.Read(RealFiles.GermanAnchor(), out _)!, "anchor").Build();
}

public sealed class GermanListTests
{
    [Fact]
    public void The_newer_list_is_trusted_by_its_anchor()
    {
        var signature = ListSignature.Judge(GermanLists.List.Message, SignerPurpose.MasterLists, GermanLists.Anchor, GermanLists.At);

        Assert.True(signature.IsTrusted, string.Join('\n', signature.Checks));
        Assert.Equal("DE", signature.Authority!.Certificate.Country);
    }

    [Fact]
    public void The_older_list_is_trusted_by_the_newer_at_its_time()
    {
        var older = MasterList.Read(RealFiles.OlderList(), out _)!;

        var signature = ListSignature.Judge(older.Message, SignerPurpose.MasterLists, GermanLists.Store, new(2024, 8, 8, 0, 0, 0, TimeSpan.Zero));

        Assert.True(signature.IsTrusted, string.Join('\n', signature.Checks));
        Assert.True(older.Certificates.Count > 500);
    }

    [Fact]
    public void A_list_is_not_trusted_by_another_State()
    {
        var others = new TrustStoreBuilder();
        foreach (var c in GermanLists.List.Certificates.Where(c => c.Country == "FR")) others.Add(c, "test");

        var signature = ListSignature.Judge(GermanLists.List.Message, SignerPurpose.MasterLists, others.Build(), GermanLists.At);

        Assert.False(signature.IsTrusted);
        Assert.Equal(Reason.UnknownState, signature.Checks[1].Reason);
    }

    [Fact]
    public void All_certificates_of_the_newer_list_are_loaded_and_hang_together_as_counted()
    {
        Assert.Equal(588, GermanLists.List.Certificates.Count);
        Assert.Empty(GermanLists.List.Defects);
        Assert.Equal(112, GermanLists.Store.Countries.Count());
        Assert.DoesNotContain(GermanLists.List.Certificates, c => c.Key.Kind == KeyKind.Unknown);

        var kinds = GermanLists.List.Certificates.CountBy(GermanLists.Store.KindOf).ToDictionary();

        Assert.Equal((375, 125, 74, 14), (kinds[AuthorityKind.SelfSigned], kinds[AuthorityKind.Link], kinds[AuthorityKind.RenamedLink], kinds[AuthorityKind.Orphaned]));
    }
}
