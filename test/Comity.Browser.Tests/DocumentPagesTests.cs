using System.Text;
using Comity.Core.Access;
using Comity.Core.Members;
using Comity.TravelDocuments;
using Microsoft.Playwright;

namespace Comity.Browser.Tests;

/// <summary>Own documents by page: report, find, amend, withdraw; a batch of blanks; files in and out.</summary>
public sealed class DocumentPagesTests(Browser browser, ThreeStates states)
{
    [Theory]
    [MemberData(nameof(View.Each), MemberType = typeof(View))]
    public async Task Pages_of_own_documents_shut_nobody_out(bool french, bool narrow)
    {
        var view = new View(french, narrow);
        var page = await OpenAsync(view, "/documents/publish");
        await page.LookAsync(view, "publish");

        await page.Locator("main form button").ClickAsync();
        await page.LookAsync(view, "publish-fault");

        var number = "L8989" + (french ? "1" : "2") + (narrow ? "1" : "2");
        await page.Locator("#number").FillAsync(number);
        await page.Locator("input[value=stolen]").CheckAsync();
        await page.Locator("#place").FillAsync(french ? "Gare d'Utopia" : "Utopia station");
        await page.Locator("main form button").ClickAsync();
        await page.LookAsync(view, "record");

        await page.GotoAsync("/documents/own");
        await page.LookAsync(view, "own");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_document_is_reported_found_amended_and_withdrawn(bool script)
    {
        var number = script ? "D1000001" : "D2000002";
        var page = await OpenAsync(new View(Script: script), "/documents/publish");
        await page.Locator("#number").FillAsync(number.ToLowerInvariant());
        await page.GetByLabel("Lost").CheckAsync();
        await page.Locator("#caveats").FillAsync("For officers only");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        await Assertions.Expect(page.Locator(".govuk-notification-banner")).ToContainTextAsync("published");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("UTO " + number);

        await page.ReloadAsync();
        Assert.Equal(0, await page.Locator(".govuk-notification-banner").CountAsync());

        await page.GotoAsync("/documents/own");
        await page.Locator("#number").FillAsync(number);
        await page.GetByRole(AriaRole.Button, new() { Name = "Look" }).ClickAsync();
        await page.Locator("td a").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Amend" }).ClickAsync();
        Assert.Equal("For officers only", (await page.Locator("#caveats").InputValueAsync()).Trim());
        await page.Locator("#place").FillAsync("Harbour");
        await page.GetByRole(AriaRole.Button, new() { Name = "Amend" }).ClickAsync();
        await Assertions.Expect(page.Locator("main dl").First).ToContainTextAsync("Harbour");

        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw the record" }).ClickAsync();
        await Assertions.Expect(page.Locator("#reason-error")).ToBeVisibleAsync();
        await page.GetByLabel("The document was found again").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Withdraw the record" }).ClickAsync();
        await Assertions.Expect(page.Locator(".govuk-notification-banner")).ToContainTextAsync("withdrawn");
        Assert.Null(states.Utopia.Node.Changes.Find(DocumentRegister.RegisterName, Realm.Live, $"UTO|P|{number}"));
    }

    [Fact]
    public async Task A_batch_of_blanks_is_reported_and_a_second_report_of_it_leads_to_the_first()
    {
        var page = await OpenAsync(new View(), "/documents/publish");
        for (var time = 0; time < 2; time++)
        {
            await page.GotoAsync("/documents/publish");
            await page.Locator("#number").FillAsync("C0000001");
            await page.Locator("#last").FillAsync("C0000500");
            await page.GetByRole(AriaRole.Radio, new() { Name = "Stolen blank" }).CheckAsync();
            await page.Locator("#place").FillAsync(time == 0 ? "Lorry" : "Train");
            await page.GetByRole(AriaRole.Button, new() { Name = "Publish" }).ClickAsync();
        }

        await Assertions.Expect(page.Locator("#number-error")).ToContainTextAsync("in force");
        await page.GetByRole(AriaRole.Link, new() { Name = "To the record in force" }).ClickAsync();
        await Assertions.Expect(page.Locator("main dl").First).ToContainTextAsync("500");
    }

    [Fact]
    public async Task Every_fault_stands_beside_its_field_in_the_persons_language()
    {
        var page = await OpenAsync(new View(French: true, Script: false), "/documents/publish");

        await page.Locator("#number").FillAsync("A1");
        await page.Locator("#last").FillAsync("B2");
        await page.GetByLabel("Révoqué").CheckAsync();
        await page.Locator("#country").FillAsync("7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publier" }).ClickAsync();

        foreach (var field in new[] { "last", "country", "ground", "contest" })
        {
            await Assertions.Expect(page.Locator($"#{field}-error")).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator($".govuk-error-summary a[href='#{field}']")).ToBeVisibleAsync();
        }

        Assert.Contains("Motif\u00a0: est à indiquer", await page.Locator("#ground-error").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("A1", await page.Locator("#number").InputValueAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_is_taken_in_with_progress_and_sent_again_changes_nothing(bool script)
    {
        var prefix = script ? "F1" : "F2";
        var csv = "issuer,type,number,kind,enteredBy\n" + string.Concat(Enumerable.Range(0, 2500).Select(i => $"UTO,P,{prefix}{i:D6},lost,Desk\n")) + "UTO,P,?,lost,Desk\nXAR,P,Z1,lost,Desk\n";
        var page = await OpenAsync(new View(Script: script), "/documents/import");
        foreach (var (key, count) in new[] { ("Published", "2,500"), ("There already, unchanged", "2,500") })
        {
            await page.GotoAsync("/documents/import");
            await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "list.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(csv) });
            await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
            await EndsAsync(page, script);

            await Assertions.Expect(page.Locator("main dl div", new() { HasText = key })).ToContainTextAsync(count);
            await Assertions.Expect(page.Locator("main dl div", new() { HasText = "Refused" })).ToContainTextAsync("2");
            Assert.Contains("2,502", await page.Locator("main table").InnerTextAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(View.Each), MemberType = typeof(View))]
    public async Task Pages_of_import_shut_nobody_out(bool french, bool narrow)
    {
        var view = new View(french, narrow);
        var page = await OpenAsync(view, "/documents/import");
        await page.LookAsync(view, "import");

        await page.Locator("main form button").ClickAsync();
        await page.LookAsync(view, "import-fault");

        await page.Locator("#file").SetInputFilesAsync(new FilePayload { Name = "list.csv", MimeType = "text/csv", Buffer = "issuer,type,number,kind,enteredBy\nUTO,P,G1,lost,Desk\nUTO,P,,mislaid,\n"u8.ToArray() });
        await page.Locator("main form button").ClickAsync();
        await EndsAsync(page, script: true);
        await page.LookAsync(view, "import-ended");
    }

    [Fact]
    public async Task The_records_come_out_as_a_file()
    {
        var page = await OpenAsync(new View(), "/documents/own");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV, with all fields" }).ClickAsync());

        Assert.StartsWith("UTO-documents-", download.SuggestedFilename, StringComparison.Ordinal);
        Assert.StartsWith("issuer,type,number", await File.ReadAllTextAsync(await download.PathAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_is_not_there_and_one_that_is_not_for_me_look_the_same()
    {
        var page = await browser.OpenAsync(states.Address, await states.TokenAsync(Rights.Check), new View());

        var answers = new List<string>();
        foreach (var id in new[] { "1-0", "999-999" })
        {
            var answer = await page.GotoAsync("/documents/own/" + id);
            Assert.Equal(403, answer!.Status);
            answers.Add(await page.Locator("main").InnerTextAsync());
        }

        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task In_exercise_the_whole_page_says_so_and_live_records_are_not_there()
    {
        var page = await OpenAsync(new View(), "/documents/check");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go to exercise" }).ClickAsync();
        await page.GotoAsync("/documents/check");

        await Assertions.Expect(page.Locator(".comity-realm")).ToContainTextAsync("Exercise");
        await page.Locator("#scan").FillAsync("X4410229");
        await page.GetByLabel("Border control").CheckAsync();
        await page.Locator("main form button").First.ClickAsync();
        await page.LookAsync(new View(), "check-exercise");
        Assert.NotEqual("Hit", await page.Locator("h1").InnerTextAsync());
        Assert.StartsWith("EXERCISE", await page.TitleAsync(), StringComparison.Ordinal);
    }

    private static async Task EndsAsync(IPage page, bool script)
    {
        if (script)
        {
            await Assertions.Expect(page.Locator("#run .govuk-tag")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            return;
        }

        for (var tries = 0; await page.Locator("#run .govuk-tag").CountAsync() == 0; tries++)
        {
            Assert.True(tries < 100, "the import does not end");
            await Task.Delay(300);
            await page.ReloadAsync();
        }
    }

    private async Task<IPage> OpenAsync(View view, string path)
    {
        var page = await browser.OpenAsync(states.Address, await states.TokenAsync(), view);
        await page.GotoAsync(path);
        return page;
    }
}
