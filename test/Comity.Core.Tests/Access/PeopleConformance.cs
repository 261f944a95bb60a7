using System.Net;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Contacts;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Processes;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.Core.Tests.Storage;
using Comity.Testing;
using Comity.TransparencyLog;

namespace Comity.Core.Tests.Access;

public sealed class SqlitePeople : PeopleConformance
{
    protected override TestDatabase NewDatabase() => new SqliteFile();
}

public sealed class PostgresPeople : PeopleConformance
{
    protected override TestDatabase NewDatabase() => new PostgresTestDatabase(PostgresServer.Shared);
}

/// <summary>Accounts and signing in, on both databases, and seen by two processes that share one.</summary>
public abstract partial class PeopleConformance : IDisposable
{
    private protected const string Password = "lantern harbour eleven";
    private protected static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");
    private readonly TestDatabase _database;
    private readonly List<NodeStore> _stores = [];
    private readonly List<NodeContext> _nodes = [];
    private readonly List<Follower> _followers = [];

    protected PeopleConformance()
    {
        _database = NewDatabase();
        (Node, People) = Open();
        Node.Store.WriteAsync(session => People.Desks.Declare(session, Actor.Node, "Night desk")).GetAwaiter().GetResult();
    }

    private protected SimulatedTime Time { get; } = new(Parties.Start);

    private protected NodeContext Node { get; }

    private protected People People { get; }

    /// <summary>The same accounts, as another process of the node sees them once it has followed.</summary>
    private protected People Other
    {
        get
        {
            field ??= Open().People;
            _followers[1].CatchUp();
            return field;
        }
    }

    protected abstract TestDatabase NewDatabase();

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        _database.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_officer_enrols_with_the_code_once_and_signs_in_with_password_and_code()
    {
        var (officer, code) = await MakeAsync("desk.one", Role.DutyOfficer);
        Assert.Equal(officer.Id, People.Credentials.ByCode(code.ToLowerInvariant().Replace("-", " "))?.Id);
        var secret = await EnrolAsync(code);

        Assert.Null(People.Credentials.ByCode(code));
        var done = Assert.IsType<SignInOutcome.Done>(await TryAsync(" Desk.One ", Password, secret));
        var session = await Other.Sessions.FindAsync(done.Secret);
        Assert.Equal(officer.Id, session!.Value.Officer.Id);
        var actor = session.Value.Officer.Actor;
        Assert.Equal((officer.Id, "Night desk", Rights.Check | Rights.Request, officer.Id), (actor.Id, actor.Desk, actor.Rights, actor.Person));
        Assert.Equal([Parties.Border], actor.Purposes);
    }

    [Fact]
    public async Task A_one_time_code_of_the_app_is_accepted_once_also_by_another_process()
    {
        var secret = await ReadyAsync("desk.one");

        Assert.IsType<SignInOutcome.Done>(await TryAsync("desk.one", Password, secret));
        Assert.IsType<SignInOutcome.Wrong>(await TryAsync("desk.one", Password, secret));
        Assert.IsType<SignInOutcome.Wrong>(await Other.SignIn.ByPasswordAsync("desk.one", Password, Code(secret), Here, Cancel));
        Assert.IsType<SignInOutcome.Wrong>(await Other.SignIn.ByPasswordAsync("desk.one", Password, Totp.CodeOf(secret, Totp.StepAt(Node.Now) - 1), Here, Cancel));
        Turn(TimeSpan.FromSeconds(30));
        Assert.IsType<SignInOutcome.Done>(await TryAsync("desk.one", Password, secret));
    }

    [Fact]
    public async Task Many_who_sign_in_with_one_code_at_once_are_one()
    {
        var secret = await ReadyAsync("desk.one");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => (i % 2 == 0 ? People : Other).SignIn.ByPasswordAsync("desk.one", Password, Code(secret), Here, Cancel), Cancel)));

        Assert.Single(outcomes.OfType<SignInOutcome.Done>());
    }

    [Fact]
    public async Task The_same_is_told_of_an_account_that_is_there_and_of_one_that_is_not()
    {
        var secret = await ReadyAsync("desk.one");
        foreach (var name in new[] { "desk.one", "no name\n" })
        {
            for (var i = 0; i < LockOuts.FreeOfAccount; i++)
            {
                Assert.IsType<SignInOutcome.Wrong>(await TryAsync(name, "lantern harbour twelve", secret));
            }

            var wait = Assert.IsType<SignInOutcome.Wait>(await TryAsync(name, Password, secret));
            Assert.Equal(Node.Now + LockOuts.FirstWait, wait.Until);
            Assert.IsType<SignInOutcome.Wait>(await Other.SignIn.ByPasswordAsync(name, Password, Code(secret), IPAddress.Loopback, Cancel));
        }
    }

    [Fact]
    public async Task Each_failure_doubles_the_wait_up_to_an_hour_and_success_ends_it()
    {
        var secret = await ReadyAsync("desk.one");
        var account = People.LockOuts.Account(" DESK.one");
        await FailAsync(account, LockOuts.FreeOfAccount - 1, LockOuts.FreeOfAccount);
        foreach (var minutes in new[] { 0.5, 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            Assert.Null(Other.LockOuts.WaitUntil(account));
            await FailAsync(account, 1, LockOuts.FreeOfAccount);
            Assert.Equal(Node.Now + TimeSpan.FromMinutes(minutes), Assert.IsType<SignInOutcome.Wait>(await TryAsync("desk.one", Password, secret)).Until);
            Turn(TimeSpan.FromMinutes(minutes));
        }

        Assert.IsType<SignInOutcome.Done>(await TryAsync("desk.one", Password, secret));
        Assert.IsType<SignInOutcome.Wrong>(await TryAsync("desk.one", "wrong", secret));
        Assert.IsType<SignInOutcome.Wrong>(await TryAsync("desk.one", "wrong", secret));
    }

    [Fact]
    public async Task An_address_that_tries_one_name_after_the_other_has_to_wait_and_others_need_not()
    {
        var secret = await ReadyAsync("desk.one");
        await FailAsync(People.LockOuts.Address(Here), LockOuts.FreeOfAddress - 1, LockOuts.FreeOfAddress);
        Assert.IsType<SignInOutcome.Wrong>(await TryAsync("desk.two", "wrong", secret));

        Assert.IsType<SignInOutcome.Wait>(await TryAsync("desk.one", Password, secret));
        Assert.IsType<SignInOutcome.Done>(await People.SignIn.ByPasswordAsync("desk.one", Password, Code(secret), IPAddress.Parse("192.0.2.8"), Cancel));
    }

    [Fact]
    public void Addresses_of_one_network_of_IPv6_count_as_one() => Assert.Equal(
        People.LockOuts.Address(IPAddress.Parse("2001:db8:1:2::1")), Other.LockOuts.Address(IPAddress.Parse("2001:db8:1:2:ffff::9")));

    [Fact]
    public async Task A_session_ends_when_idle_when_old_when_signed_out_and_when_the_account_changes()
    {
        var secret = await ReadyAsync("desk.one");
        async Task<string> SignedIn()
        {
            Turn(TimeSpan.FromMinutes(1));
            return Assert.IsType<SignInOutcome.Done>(await TryAsync("desk.one", Password, secret)).Secret;
        }

        var idle = await SignedIn();
        Turn(TimeSpan.FromMinutes(29));
        Assert.NotNull(await People.Sessions.FindAsync(idle));
        Turn(TimeSpan.FromMinutes(29));
        Assert.NotNull(await Other.Sessions.FindAsync(idle));
        Turn(TimeSpan.FromMinutes(30));
        Assert.Null(await People.Sessions.FindAsync(idle));

        var old = await SignedIn();
        for (var i = 0; i < 12 * 3; i++)
        {
            Assert.NotNull(await People.Sessions.FindAsync(old));
            Turn(TimeSpan.FromMinutes(20));
        }

        Assert.Null(await People.Sessions.FindAsync(old));

        var (first, second) = (await SignedIn(), await SignedIn());
        await People.Sessions.CloseAsync(first);
        Assert.Null(await Other.Sessions.FindAsync(first));
        Assert.NotNull(await Other.Sessions.FindAsync(second));

        var officer = People.Officers.List().Single();
        await Node.Store.WriteAsync(write => People.Officers.Change(write, Actor.Node, officer.Id, new OfficerDraft(officer.Name, officer.Desk, [Role.Auditor], [], "fr")));
        Assert.Null(await Other.Sessions.FindAsync(second));

        var third = await SignedIn();
        await Node.Store.WriteAsync(write => People.Officers.Close(write, Actor.Node, officer.Id));
        Assert.Null(await Other.Sessions.FindAsync(third));
        Assert.IsType<SignInOutcome.Wrong>(await TryAsync("desk.one", Password, secret));
    }

    [Fact]
    public async Task A_token_is_refused_by_who_revoked_it_at_once_and_by_another_process_once_it_followed_or_is_too_far_behind()
    {
        var (officer, _) = await MakeAsync("desk.one", Role.DutyOfficer);
        _ = Other;
        var (mine, theirs) = (new Tokens(_nodes[0]), new Tokens(_nodes[1]));
        async Task<(string Secret, TokenRow Row)> NewAsync() => await Node.Store.WriteAsync(session => mine.MakePersonal(session, officer, Rights.Check, TimeSpan.FromDays(1)));
        var (first, second, third) = (await NewAsync(), await NewAsync(), await NewAsync());
        foreach (var (secret, _) in new[] { first, second, third })
        {
            Assert.Equal((Rights.Check, officer.Id), (mine.Find(secret)!.Rights, theirs.Find(secret)!.Person));
        }

        await mine.RevokeAsync(Actor.Node, first.Row.Id);
        Assert.Null(mine.Find(first.Secret));
        Assert.NotNull(mine.Find(second.Secret));
        Assert.NotNull(theirs.Find(first.Secret));   // it has not heard of it
        _followers[1].CatchUp();
        Assert.Null(theirs.Find(first.Secret));

        _followers[1].Shared = true;
        Assert.NotNull(theirs.Find(second.Secret));
        await mine.RevokeAsync(Actor.Node, second.Row.Id);
        Turn(Follower.MostLag + TimeSpan.FromMilliseconds(1));
        Assert.Null(theirs.Find(second.Secret));   // it trusts the store, not its memory

        await Node.Store.WriteAsync(session => People.Officers.Change(session, Actor.Node, officer.Id, new OfficerDraft(officer.Name, officer.Desk, [Role.Auditor], [], "fr")));
        Assert.Equal(Rights.None, mine.Find(third.Secret)!.Rights);
        Turn(TimeSpan.FromDays(1));
        Assert.Null(mine.Find(third.Secret));
    }

    [Fact]
    public void What_changes_while_a_token_is_read_is_not_forgotten_again()
    {
        var memory = new AccessMemory();
        var known = new Remembered<string>(memory);
        var hash = new byte[32];
        Assert.Equal("before", known.Find(hash, _ => true, _ =>
        {
            memory.Forget();   // somebody revokes between reading and remembering
            return "before";
        }));

        Assert.Equal("after", known.Find(hash, _ => true, _ => "after"));
        Assert.Equal("after", known.Find(hash, _ => true, _ => "not read"));
        Assert.Equal("again", known.Find(hash, what => what != "after", _ => "again"));
    }

    [Fact]
    public async Task Enrolment_says_field_by_field_what_is_wrong_and_keeps_the_code()
    {
        var (officer, code) = await MakeAsync("desk.one", Role.DutyOfficer);
        var (secret, ticket) = People.Credentials.NewSecret(officer);
        var (stranger, _) = await MakeAsync("desk.two", Role.DutyOfficer);
        var (_, others) = People.Credentials.NewSecret(stranger);

        Assert.Equal(["code"], (await People.Credentials.EnrolAsync("AAAAA-AAAAA-AAAAA-AAAAA", Password, ticket, Code(secret))).Select(fault => fault.Field));
        Assert.Equal(["password"], (await People.Credentials.EnrolAsync(code, "desk.one desk.one", ticket, Code(secret))).Select(fault => fault.Field));
        Assert.Equal(["totp"], (await People.Credentials.EnrolAsync(code, Password, ticket, "000000")).Select(fault => fault.Field));
        Assert.Equal(["ticket"], (await People.Credentials.EnrolAsync(code, Password, others, Code(secret))).Select(fault => fault.Field));
        Assert.Equal(["ticket"], (await People.Credentials.EnrolAsync(code, Password, ticket[..^4] + "AAAA", Code(secret))).Select(fault => fault.Field));
        Turn(Tickets.Life);
        Assert.Equal(["ticket"], (await People.Credentials.EnrolAsync(code, Password, ticket, Code(secret))).Select(fault => fault.Field));
        Assert.NotNull(People.Credentials.ByCode(code));
        Turn(Credentials.CodeLife);
        Assert.Null(People.Credentials.ByCode(code));
    }

    [Fact]
    public async Task A_personal_token_never_does_more_than_its_officer_may_now()
    {
        var (officer, _) = await MakeAsync("desk.one", Role.Supervisor, Role.DocumentDesk);
        var tokens = new Tokens(Node);
        var (secret, row) = await Node.Store.WriteAsync(session => tokens.MakePersonal(session, officer, Rights.Check | Rights.Approve | Rights.Operate, TimeSpan.FromDays(400)));

        Assert.Equal(Node.Now + Tokens.PersonalLife, row.Expires);
        Assert.Equal((row.Id, Rights.Check | Rights.Approve, officer.Id), tokens.Find(secret) is { } actor ? (actor.Id, actor.Rights, actor.Person) : default);
        await Node.Store.WriteAsync(session => People.Officers.Change(session, Actor.Node, officer.Id, new OfficerDraft(officer.Name, officer.Desk, [Role.DutyOfficer], [], "en")));
        Assert.Equal(Rights.Check, tokens.Find(secret)!.Rights);
        await Node.Store.WriteAsync(session => People.Officers.Close(session, Actor.Node, officer.Id));
        Assert.Null(tokens.Find(secret));
    }

    [Fact]
    public async Task Nothing_secret_and_no_name_stands_in_the_database_or_the_ledger_as_it_is()
    {
        var (_, code) = await MakeAsync("desk.one", Role.DutyOfficer);
        var secret = await EnrolAsync(code);
        var done = Assert.IsType<SignInOutcome.Done>(await TryAsync("desk.one", Password, secret));
        for (var i = 0; i < 6; i++)
        {
            await TryAsync("desk.one", "my other password 7", secret);
        }

        var texts = Node.Store.Read(session => session.Query("SELECT leaf FROM entry", row => row.Bytes(0)));
        Assert.Contains(texts, text => System.Text.Encoding.UTF8.GetString(text).Contains("signed-in", StringComparison.Ordinal));
        Assert.DoesNotContain(texts, text => System.Text.Encoding.UTF8.GetString(text).Contains("desk.one", StringComparison.Ordinal));
        if (_database is SqliteFile file)
        {
            byte[] all = [.. File.ReadAllBytes(file.File), .. File.Exists(file.File + "-wal") ? File.ReadAllBytes(file.File + "-wal") : []];
            foreach (var hidden in new[] { Password, "my other password 7", code.Replace("-", ""), done.Secret, Totp.ToText(secret) })
            {
                Assert.Equal(-1, all.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(hidden)));
            }

            Assert.Equal(-1, all.AsSpan().IndexOf(secret));
        }
    }

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected async Task<(Officer Officer, string Code)> MakeAsync(string name, params Role[] roles)
    {
        Assert.True(SignInName.TryParse(name, out var parsed));
        return await Node.Store.WriteAsync(session =>
        {
            var draft = new OfficerDraft(parsed, "Night desk", roles, [Parties.Border], "en");
            Assert.Null(OfficerBook.Fault(session, draft, null));
            var officer = People.Officers.Make(session, Actor.Node, draft);
            return (officer, People.Credentials.OpenEnrolment(session, Actor.Node, officer.Id));
        });
    }

    private protected async Task<byte[]> EnrolAsync(string code)
    {
        var (secret, ticket) = People.Credentials.NewSecret(People.Credentials.ByCode(code)!);
        Assert.Empty(await Other.Credentials.EnrolAsync(code, Password, ticket, Code(secret)));
        Turn(TimeSpan.FromSeconds(60));   // the code shown at enrolment is spent
        return secret;
    }

    private protected async Task<byte[]> ReadyAsync(string name, params Role[] roles) => await EnrolAsync((await MakeAsync(name, roles.Length == 0 ? [Role.DutyOfficer] : roles)).Code);

    private protected Task<SignInOutcome> TryAsync(string name, string password, byte[] secret) => People.SignIn.ByPasswordAsync(name, password, Code(secret), Here, Cancel);

    private protected Task FailAsync(byte[] subject, int times, int free) => Node.Store.WriteAsync(session =>
    {
        for (var i = 0; i < times; i++)
        {
            People.LockOuts.Failed(session, subject, free);
        }
    });

    private protected void Turn(TimeSpan by) => Time.Pass(by);

    private string Code(byte[] secret) => Totp.CodeOf(secret, Totp.StepAt(Node.Now));

    private (NodeContext Node, People People) Open()
    {
        var database = _database.Open();
        database.Migrate();
        var store = new NodeStore(database) { Signer = new CheckpointSigner(new Ed25519PrivateKey([.. Enumerable.Range(1, 32).Select(i => (byte)i)])) };
        _stores.Add(store);
        if (_stores.Count == 1)   // the second process finds what the first has made
        {
            store.WriteAsync(session => Membership.InsertCharter(session, Parties.Shared.Genesis)).GetAwaiter().GetResult();
        }

        var sealer = new BodySealer([.. Enumerable.Repeat((byte)7, 32)], Randomness.System);
        var clock = Time.Clock(default);
        var identity = new NodeIdentity(Parties.Utopia, Parties.Shared.Genesis.Hash, Parties.Shared.Online(Parties.Utopia), NodeIdentity.SpokenVersions);
        var node = new NodeContext(store, Membership.Load(store, identity, clock, sealer), sealer, clock, Randomness.System);
        _nodes.Add(node);
        var follower = new Follower(node, new RegisterIndexes([], sealer), new Standings(node), new NewsSignal());
        follower.Load(null);
        store.Memory = follower;
        _followers.Add(follower);
        return (node, new People(node, SessionLimits.Default));
    }
}
