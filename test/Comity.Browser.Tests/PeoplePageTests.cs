using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Members;
using Comity.Tests.Api;
using Microsoft.Playwright;

namespace Comity.Browser.Tests;

/// <summary>Setting up an account, signing in by password and by passkey, proposing and approving, in a real browser.</summary>
public sealed class PeoplePageTests(Browser browser, RunningNode node)
{
    private const string Password = "lantern harbour eleven";
    private static int _made;

    [Fact]
    public async Task An_officer_sets_up_an_account_and_signs_in_without_script()
    {
        var (officer, code) = await MakeAsync(Role.DutyOfficer);
        var page = await browser.OpenAsync(node.Address, null, new View(Script: false));
        await page.GotoAsync("/enrol");
        await page.GetByLabel("One-time code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        var secret = FromBase32((await page.Locator("#secret").TextContentAsync())!);

        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("short");
        await page.GetByLabel("The password again").FillAsync("short");
        await page.GetByLabel("The six digits").FillAsync(Code(secret));
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        Assert.Contains("must have 12 to 200 characters", await page.Locator("#password-error").TextContentAsync(), StringComparison.Ordinal);

        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await page.GetByLabel("The password again").FillAsync(Password);
        await page.GetByLabel("The six digits").FillAsync(Code(secret, -1));
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");

        await page.GotoAsync("/me");
        Assert.Contains("/sign-in?next=%2Fme", page.Url, StringComparison.Ordinal);
        await SignInAsync(page, officer.Name.ToString(), "not the password", Code(secret));
        Assert.Contains("is wrong", await page.Locator(".govuk-error-summary").TextContentAsync(), StringComparison.Ordinal);
        await SignInAsync(page, officer.Name.ToString(), Password, Code(secret));
        Assert.EndsWith("/me", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await page.GotoAsync("/me");
        Assert.Contains("/sign-in", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passkey_is_made_at_setting_up_and_signs_in()
    {
        var (officer, code) = await MakeAsync(Role.Operator);
        var page = await browser.OpenAsync(new Uri($"http://localhost:{node.Address.Port}"), null, new View());
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new { protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true },
        });
        await page.GotoAsync("/enrol");
        await page.GetByLabel("One-time code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a passkey" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in");
        Assert.Single(node.Host.Node.People.Passkeys.Of(officer.Id));

        await page.GotoAsync("/sign-in?next=%2Faccounts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await page.WaitForURLAsync("**/accounts");
        Assert.Contains(officer.Name.ToString(), await page.Locator(".comity-header").TextContentAsync(), StringComparison.Ordinal);

        await page.GotoAsync("/me");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).WaitForAsync();
    }

    [Theory]
    [MemberData(nameof(View.Each), MemberType = typeof(View))]
    public async Task The_pages_of_people_shut_nobody_out(bool french, bool narrow)
    {
        var view = new View(french, narrow);
        var (officer, _) = await MakeAsync(Role.Operator, Role.Supervisor);
        var token = await node.Host.Node.Context.Store.WriteAsync(session => node.Host.Node.Tokens.MakePersonal(session, officer, officer.Rights, TimeSpan.FromDays(1)).Secret);
        var (other, _) = await MakeAsync(Role.Operator);
        await node.Host.Node.Approvals.ProposeAsync(other.Actor, "officer", Core.Access.TwoPersons.OfficerActs.Reset(officer.Id), "a test");
        await node.Host.Node.Approvals.ProposeAsync(other.Actor, "expire-by-own-clock", new System.Text.Json.Nodes.JsonObject(), "a test");
        foreach (var (path, who) in new[] { ("sign-in", null), ("enrol", null), ("me", token), ("accounts", token), ("approvals", token) })
        {
            var page = await browser.OpenAsync(node.Address, who, view);
            await page.GotoAsync("/" + path);
            await page.NobodyIsShutOutAsync();
            await page.NothingSticksOutAsync();
            await page.PictureAsync(view, path);
        }
    }

    [Fact]
    public async Task What_one_proposes_on_a_page_another_approves_on_a_page()
    {
        var ((operating, _), (leading, _)) = (await MakeAsync(Role.Operator), await MakeAsync(Role.Supervisor));
        var proposer = await browser.OpenAsync(node.Address, await PersonalAsync(operating), new View(Script: false));
        await proposer.GotoAsync("/accounts");
        await proposer.GetByLabel("Name to sign in with").FillAsync("new.colleague");
        await proposer.GetByLabel("Auditor").CheckAsync();
        await proposer.GetByRole(AriaRole.Button, new() { Name = "Propose", Exact = true }).ClickAsync();
        Assert.Contains("Say why", await proposer.Locator("#reason-error").TextContentAsync(), StringComparison.Ordinal);
        await proposer.Locator("#reason").FillAsync("joins the unit");
        await proposer.GetByRole(AriaRole.Button, new() { Name = "Propose", Exact = true }).ClickAsync();
        Assert.EndsWith("/approvals", proposer.Url, StringComparison.Ordinal);

        var second = await browser.OpenAsync(node.Address, await PersonalAsync(leading), new View(Script: false));
        await second.GotoAsync("/approvals");
        var card = second.Locator("section", new() { HasText = "new.colleague" });
        await card.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        Assert.Contains("Approved and carried out", await second.ContentAsync(), StringComparison.Ordinal);

        await proposer.GotoAsync("/approvals");
        await proposer.Locator("section", new() { HasText = "new.colleague" }).GetByRole(AriaRole.Button, new() { Name = "Look at what it opened" }).ClickAsync();
        Assert.Contains("\"code\"", await proposer.Locator("pre").TextContentAsync(), StringComparison.Ordinal);
    }

    private static async Task SignInAsync(IPage page, string name, string password, string code)
    {
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByLabel("Code of the authenticator app").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    private Task<string> PersonalAsync(Officer officer) =>
        node.Host.Node.Context.Store.WriteAsync(session => node.Host.Node.Tokens.MakePersonal(session, officer, officer.Rights, TimeSpan.FromDays(1)).Secret);

    private async Task<(Officer Officer, string Code)> MakeAsync(params Role[] roles)
    {
        var people = node.Host.Node.People;
        Assert.True(SignInName.TryParse($"browser{Interlocked.Increment(ref _made)}", out var name));
        return await node.Host.Node.Context.Store.WriteAsync(session =>
        {
            people.Desks.Declare(session, Actor.Node, "Test desk");
            var officer = people.Officers.Make(session, Actor.Node, new OfficerDraft(name, "Test desk", roles, [Purpose.Parse("border-control")], "en"));
            return (officer, people.Credentials.OpenEnrolment(session, Actor.Node, officer.Id));
        });
    }

    private string Code(byte[] secret, int off = 0) => Totp.CodeOf(secret, Totp.StepAt(node.Host.Node.Context.Now) + off);

    private static byte[] FromBase32(string text)
    {
        List<byte> bytes = [];
        var (bits, held) = (0, 0);
        foreach (var c in text.Where(char.IsLetterOrDigit))
        {
            (bits, held) = ((bits << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), held + 5);
            if (held >= 8)
            {
                held -= 8;
                bytes.Add((byte)(bits >> held));
                bits &= (1 << held) - 1;
            }
        }

        return [.. bytes];
    }
}
