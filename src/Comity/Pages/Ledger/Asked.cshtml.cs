using Comity.Core.Access;
using Comity.Core.Ledger;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Web.Pages;
using Comity.Core.Web.Pages.Tags;
using Microsoft.AspNetCore.Mvc;

namespace Comity.Pages.Ledger;

/// <summary>Who asked about a subject. What is looked for is sent in a form, never in an address, and is not kept by the page.</summary>
public sealed class AskedModel : NodePage
{
    /// <summary>Which register.</summary>
    [BindProperty]
    public string? Register { get; set; }

    /// <summary>About what.</summary>
    [BindProperty]
    public string? Subject { get; set; }

    /// <summary>Only entries before this one.</summary>
    [BindProperty]
    public long? Before { get; set; }

    /// <summary>The epoch of that entry.</summary>
    [BindProperty]
    public int? Epoch { get; set; }

    /// <summary>What was found; null before anything was asked.</summary>
    public WhoAskedAnswer? Answer { get; private set; }

    /// <summary>The registers whose questions have a subject.</summary>
    public IReadOnlyList<IRegister> Registers => [.. Node.Indexes.All.Where(register => register.SubjectName is not null)];

    public IEnumerable<Choice> Choices => Registers.Select(register => new Choice(register.Name.ToString(), $"{register.Name}: {Speech.Say(register.SubjectName!)}"));

    protected override IEnumerable<Act> Acts => [new Act.Protect()];

    public void OnGet() => Register = Registers.Count > 0 ? Registers[0].Name.ToString() : null;

    public async Task OnPostAsync()
    {
        if (!RegisterName.TryParse(Register, null, out var name) || Registers.FirstOrDefault(register => register.Name == name) is not { } register)
        {
            Fault("Register", new("Choose a register.", "Choisissez un registre."));
            return;
        }

        if (Subject is not { Length: > 0 and <= 200 } subject || register.ReadSubject(subject) is not ProbeReading.Accepted accepted)
        {
            Fault("Subject", new($"{register.SubjectName!.En}: it cannot be read. Write it as it stands in the document.", $"{register.SubjectName.Fr} : illisible. Écrivez-le tel qu’il figure sur le document."));
            return;
        }

        Answer = await Node.Asked.LookAsync(Actor, register, Realm, accepted.Probe, Before, Epoch);
    }
}
