using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Members;
using Comity.Tests.Api;

namespace Comity.Tests.Access;

/// <summary>An officer of the running node who has enrolled.</summary>
internal sealed record TestOfficer(Officer Officer, byte[] Secret)
{
    public const string Password = "lantern harbour eleven";

    public string Name => Officer.Name.ToString();

    /// <summary>A code that holds now and was not used at enrolment.</summary>
    public string Code(RunningNode node, int ahead = 0) => Totp.CodeOf(Secret, Totp.StepAt(node.Host.Node.Context.Now) + ahead);
}

internal static class Officers
{
    private static int _made;

    public static HttpClient Browser(this RunningNode node) => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = node.Address };

    public static async Task<TestOfficer> OfficerAsync(this RunningNode node, params Role[] roles)
    {
        var people = node.Host.Node.People;
        Assert.True(SignInName.TryParse($"officer{Interlocked.Increment(ref _made)}", out var name));
        var code = await node.Host.Node.Context.Store.WriteAsync(session =>
        {
            people.Desks.Declare(session, Actor.Node, "Test desk");
            var made = people.Officers.Make(session, Actor.Node, new OfficerDraft(name, "Test desk", roles, [Purpose.Parse("border-control")], "en"));
            return people.Credentials.OpenEnrolment(session, Actor.Node, made.Id);
        });
        var officer = people.Credentials.ByCode(code)!;
        var (secret, ticket) = people.Credentials.NewSecret(officer);

        // The step before: so the present one may be used to sign in at once.
        Assert.Empty(await people.Credentials.EnrolAsync(code, TestOfficer.Password, ticket, Totp.CodeOf(secret, Totp.StepAt(node.Host.Node.Context.Now) - 1)));
        return new TestOfficer(people.Officers.Find(officer.Id)!, secret);
    }

    /// <summary>A personal token of a new officer.</summary>
    public static async Task<(TestOfficer Officer, string Token)> PersonAsync(this RunningNode node, params Role[] roles)
    {
        var officer = await node.OfficerAsync(roles);
        return (officer, await node.Host.Node.Context.Store.WriteAsync(session => node.Host.Node.Tokens.MakePersonal(session, officer.Officer, officer.Officer.Rights, TimeSpan.FromDays(1)).Secret));
    }
}
