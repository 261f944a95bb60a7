using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection;

namespace Comity.Core.Web.Pages;

/// <summary>A page of the node: says which acts it is for, and is shown to nobody else.</summary>
public abstract class NodePage : PageModel
{
    /// <summary>The node.</summary>
    public Node Node => HttpContext.RequestServices.GetRequiredService<Node>();

    /// <summary>Who is there.</summary>
    public Actor Actor => HttpContext.Actor();

    /// <summary>The person's language, and the time of the page.</summary>
    public Speech Speech => HttpContext.Speech();

    /// <summary>Live, or exercise where the person has gone there. A form is for the realm of the page on which it stood.</summary>
    public Realm Realm => HttpContext.Realm();

    /// <summary>The acts for which the page is there: whoever may do none of them is refused, whatever the page is about.</summary>
    protected abstract IEnumerable<Act> Acts { get; }

    /// <summary>One of two texts that say the same.</summary>
    public string Say(string en, string fr) => Speech.Say(en, fr);

    /// <summary>Whether the person may do something.</summary>
    public bool May(Act act) => Gate.Permits(Node.Context.Membership, Actor, act);

    /// <inheritdoc/>
    public override Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (Gate.MayAny(Node.Context.Membership, Actor, Acts))
        {
            return next();
        }

        context.Result = Refuse(Problem.Of(ProblemKind.Forbidden));
        return Task.CompletedTask;
    }

    /// <summary>A refusal: the page of that wording, the same for everything that is refused so.</summary>
    protected static IActionResult Refuse(Problem problem) => new PageRefusal(problem);

    /// <summary>A refusal of a kind.</summary>
    protected static IActionResult Refuse(ProblemKind kind) => Refuse(Problem.Of(kind));

    /// <summary>What was sent in a field of the form; the field keeps it where the form is shown again. Null where it was left empty.</summary>
    protected string? Sent(string name)
    {
        var sent = SentAll(name);
        return sent.Count == 0 || string.IsNullOrWhiteSpace(sent[0]) ? null : sent[0];
    }

    /// <summary>Everything that was sent under one name.</summary>
    protected IReadOnlyList<string> SentAll(string name)
    {
        var sent = Request.Form[name];
        ModelState.SetModelValue(name, new ValueProviderResult(sent));
        ModelState[name]!.ValidationState = ModelValidationState.Skipped;   // the slice judges it
        return [.. sent.OfType<string>()];
    }

    /// <summary>After a change: another page, which shows the notice once.</summary>
    /// <param name="path">The page's path.</param>
    /// <param name="notice">What was done.</param>
    protected IActionResult Done(string path, Words notice)
    {
        (TempData[PageContexts.NoticeEn], TempData[PageContexts.NoticeFr]) = (notice.En, notice.Fr);
        return LocalRedirect(path);
    }

    /// <summary>Takes a slice's answer: what it refused becomes the page of that refusal, faults come beside their fields.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="given">What was given; the default where nothing was.</param>
    /// <returns>What to show instead; null where something was given.</returns>
    protected IActionResult? Else<T>(Answer<T> answer, out T given)
    {
        given = answer is Answer<T>.Given there ? there.Value : default!;
        switch (answer)
        {
            case Answer<T>.Waiting waiting:
                return Done($"/approvals/{waiting.Approval}", new("This takes two persons: it waits for another to decide.", "Il y faut deux personnes : une autre doit en décider."));
            case Answer<T>.Refused refused:
                return Refuse(refused.Problem);
            case Answer<T>.Faulty faulty:
                Fault(faulty.Faults);
                return Page();
            default:
                return null;
        }
    }

    /// <summary>Puts faults beside their fields; a sentence begins with the field's label.</summary>
    protected void Fault(IEnumerable<FieldFault> faults)
    {
        foreach (var fault in faults)
        {
            var field = FieldOf(fault.Field);
            Fault(field, Labels(field) is { } label ? new Words($"{label.En} {fault.Why.En}", $"{label.Fr} : {fault.Why.Fr}") : fault.Why);
        }
    }

    /// <summary>The field of the form to which a field of the question belongs.</summary>
    protected virtual string FieldOf(string field) => field;

    /// <summary>What a field is called on the page; null where the fault speaks for itself.</summary>
    protected virtual Words? Labels(string field) => null;

    /// <summary>Puts a fault beside its field and into the summary on top.</summary>
    /// <param name="field">The field's name in the form; empty for the form as a whole.</param>
    /// <param name="words">What is wrong, as a sentence.</param>
    protected void Fault(string field, Words words) => ModelState.AddModelError(field, Speech.Say(words));
}

/// <summary>A page's answer where something is refused.</summary>
internal sealed class PageRefusal(Problem problem) : ActionResult
{
    public override void ExecuteResult(ActionContext context) => context.HttpContext.Refuse(problem);
}
