using System.Text;
using System.Text.Json.Nodes;
using Comity.Core.Access;
using Comity.Core.Members;
using Comity.Core.Requests.Law;
using Comity.Core.Tests.Network;
using Comity.Core.Web;

namespace Comity.Core.Tests.Requests.Law;

public sealed class LawBookTests
{
    private static readonly Actor Supervisor = new("o1", "duty-desk", Rights.Approve | Rights.Request, new HashSet<Purpose>(), "o1");
    private static readonly Actor Officer = new("o2", "duty-desk", Rights.Request, new HashSet<Purpose>(), "o2");
    private static readonly RegisterName Delivery = RegisterName.Parse("controlled-delivery");

    [Fact]
    public async Task What_a_State_says_of_its_law_is_shown_to_its_partners_with_its_version_until_it_is_withdrawn()
    {
        using var nodes = Network();
        var (owner, reader) = (new LawBook(nodes[Parties.Utopia].Node), new LawBook(nodes[Parties.Arcadia].Node));

        Assert.Equal("published", Given(await owner.StateAsync(Supervisor, Statement())));
        await nodes.RoundsAsync();
        var seen = reader.For(Parties.Utopia, Delivery);
        Assert.Equal("a judge authorises; at most 30 days; no foreign officers; double criminality needed; languages: en, fr; 24/7 (Europe/Paris)", seen!.Entry.Summary().En);
        Assert.Equal("autorisé par un juge ; 30 jours au plus ; pas d’agents étrangers ; double incrimination exigée ; langues : en, fr ; 24/7 (Europe/Paris)", seen.Entry.Summary().Fr);
        Assert.Equal(1, seen.Version);

        Assert.Equal("unchanged", Given(await owner.StateAsync(Supervisor, Statement())));
        Assert.Equal("amended", Given(await owner.StateAsync(Supervisor, Statement() with { MaximumDays = 60 })));
        await nodes.RoundsAsync();
        Assert.Equal((60, 2), (reader.For(Parties.Utopia, Delivery)!.Entry.MaximumDays, reader.For(Parties.Utopia, Delivery)!.Version));
        Assert.Null(reader.For(Parties.Lyonesse, Delivery));

        Assert.Equal("withdrawn", Given(await owner.WithdrawAsync(Supervisor, Delivery)));
        await nodes.RoundsAsync();
        Assert.Empty(Given(reader.Statements(Officer)));
        Assert.Null(nodes[Parties.Utopia].Verify().Fault);
    }

    [Fact]
    public async Task A_statement_outlives_a_restart_and_stays_at_home_where_the_charter_does_not_share_it()
    {
        using var nodes = new TestNodes();
        var place = nodes[Parties.Utopia];
        await new LawBook(place.Node).StateAsync(Supervisor, Statement());
        await nodes.RoundsAsync();

        place.Start();

        Assert.Equal(30, new LawBook(place.Node).For(Parties.Utopia, Delivery)!.Entry.MaximumDays);
        Assert.Null(new LawBook(nodes[Parties.Arcadia].Node).For(Parties.Utopia, Delivery));
    }

    [Fact]
    public async Task Only_a_supervisor_in_person_states_the_law_and_only_who_works_with_requests_reads_it()
    {
        using var nodes = Network();
        var book = new LawBook(nodes[Parties.Utopia].Node);

        Assert.IsType<Answer<string>.Refused>(await book.StateAsync(Officer, Statement()));
        Assert.IsType<Answer<string>.Refused>(await book.StateAsync(Supervisor with { Person = null }, Statement()));
        Assert.IsType<Answer<string>.Refused>(await book.WithdrawAsync(Officer, Delivery));
        Assert.IsType<Answer<IReadOnlyList<Entered<LawStatement>>>.Refused>(book.Statements(Officer with { Rights = Rights.Check }));
        Assert.Empty(Given(book.Statements(Officer)));
    }

    [Fact]
    public async Task An_obstacle_is_listed_until_its_remedy_works_and_then_below()
    {
        using var nodes = Network();
        var (mine, theirs) = (new LawBook(nodes[Parties.Utopia].Node), new LawBook(nodes[Parties.Arcadia].Node));
        var old = Met("o-000000000001", new DateOnly(2025, 1, 2));
        await mine.RecordAsync(Officer, old);
        await mine.RecordAsync(Officer, Met("o-000000000002", new DateOnly(2025, 3, 4)));
        await nodes.RoundsAsync();
        Assert.Equal(["o-000000000002", "o-000000000001"], Given(theirs.Obstacles(Officer)).Select(one => one.Entry.Id));

        await mine.RecordAsync(Officer, Met("o-000000000002", new DateOnly(2025, 3, 4)) with { Remedy = "A form in both languages.", Remedied = new DateOnly(2025, 6, 1) });
        await nodes.RoundsAsync();

        Assert.Equal(["o-000000000001", "o-000000000002"], Given(theirs.Obstacles(Officer)).Select(one => one.Entry.Id));
        Assert.Equal([old], Given(theirs.Obstacles(Officer, Parties.Arcadia, open: true)).Select(one => one.Entry));
        Assert.Empty(Given(theirs.Obstacles(Officer, Parties.Lyonesse)));
        Assert.Equal(2, Given(theirs.Obstacles(Officer))[1].Version);
    }

    [Fact]
    public void A_statement_reads_as_it_is_written_and_each_wrong_field_is_named()
    {
        var good = JsonNode.Parse(Statement().ToContent())!.AsObject();
        Assert.True(LawStatement.TryRead(Bytes(good), out var read, out _));
        Assert.Equal(Statement().ToContent(), read!.ToContent());

        foreach (var (field, value) in new (string, JsonNode?)[]
        {
            ("kind", "No Kind"), ("possible", "maybe"), ("possible", null), ("authoriser", "king"), ("authoriser", null), ("maximumDays", 0), ("maximumDays", "30"), ("extensible", "yes"),
            ("foreignOfficers", 1), ("refuses", "a text"), ("refuses", new JsonArray("")), ("languages", new JsonArray()), ("hours", null), ("legalBasis", new string('x', 4001)),
            ("remarks", "a\u0000b"), ("checked", "yesterday"),
        })
        {
            var wrong = good.DeepClone().AsObject();
            wrong[field] = value;
            Assert.False(LawStatement.TryRead(Bytes(wrong), out _, out var fault), field);
            Assert.Equal(field, fault.Field);
        }

        good["secret"] = "x";
        Assert.False(LawStatement.TryRead(Bytes(good), out _, out var unknown));
        Assert.Equal("'secret'", unknown.Field);
    }

    [Fact]
    public void An_obstacle_reads_as_it_is_written_and_is_not_remedied_before_it_was_met()
    {
        var obstacle = Met("o-0123456789ab", new DateOnly(2025, 3, 4)) with { Remedy = "x", Remedied = new DateOnly(2025, 3, 4) };
        Assert.True(Obstacle.TryRead(obstacle.ToContent(), out var read, out _));
        Assert.Equal(obstacle, read);

        Assert.False(Obstacle.TryRead((obstacle with { Remedied = new DateOnly(2025, 3, 3) }).ToContent(), out _, out var early));
        Assert.Equal("remedied", early.Field);
        Assert.False(Obstacle.TryRead((obstacle with { Id = "o-XYZ" }).ToContent(), out _, out var id));
        Assert.Equal("id", id.Field);
        Assert.False(Obstacle.TryRead(Encoding.UTF8.GetBytes("[]"), out _, out _));
        Assert.True(Obstacle.IsId(Obstacle.NewId(Randomness.Seeded(1))));
    }

    private static LawStatement Statement() => new()
    {
        Kind = Delivery, Possible = Possible.Yes, WithoutDoubleCriminality = false, Authoriser = Authoriser.Judge, MaximumDays = 30, Extensible = true, ForeignOfficers = ForeignOfficers.No,
        Refuses = ["Offences punished with less than a year"], Languages = ["en", "fr"], Hours = "24/7 (Europe/Paris)", LegalBasis = "Code of procedure, article 12", Checked = new DateOnly(2025, 12, 1),
    };

    private static Obstacle Met(string id, DateOnly day) => new()
    {
        Id = id, Kind = Delivery, With = Parties.Arcadia, What = ObstacleKind.Language, Met = day, Description = "A translation was demanded during the night.",
    };

    private static T Given<T>(Answer<T> answer) => Assert.IsType<Answer<T>.Given>(answer).Value;

    private static byte[] Bytes(JsonNode json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private static TestNodes Network()
    {
        var parties = Parties.Shared;
        var draft = parties.Draft();
        foreach (var name in new[] { LawRegister.RegisterName, ObstacleRegister.RegisterName })
        {
            draft.Put(Parties.Terms(name, SharingMode.Replicated, SharingPair.All));
        }

        return new TestNodes(genesis: parties.Sign(draft));
    }
}
