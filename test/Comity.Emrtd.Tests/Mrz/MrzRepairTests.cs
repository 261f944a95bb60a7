using Comity.Emrtd.Mrz;
using static Comity.Emrtd.Tests.Mrz.Specimens;

namespace Comity.Emrtd.Tests.Mrz;

public sealed class MrzRepairTests
{
    private static MachineReadableZone.Recognised Lower(string line) => Read(Td3.Split('\n')[0] + "\n" + line);

    [Fact]
    public void A_misread_letter_in_a_number_is_proposed_and_not_applied()
    {
        var zone = Lower("L8989O2C36UTO7408122F1204159ZE184226B<<<<<10");

        Assert.Contains(new MrzRepair(new(2, 6, 1), 'O', '0', true), zone.DocumentNumber.Check!.Repairs);
        Assert.Equal("L8989O2C3", zone.DocumentNumber.Value.ToString());
        Assert.Equal('O', zone.Lines[1][5]);
        Assert.Empty(zone.Composite!.Repairs);
    }

    [Fact]
    public void A_misread_check_digit_is_proposed_too() =>
        Assert.Equal([new MrzRepair(new(2, 20, 1), 'Z', '2', true)],
            Lower("L898902C36UTO740812ZF1204159ZE184226B<<<<<10").DateOfBirth.Check!.Repairs);

    [Fact]
    public void In_a_date_only_digits_are_proposed()
    {
        var check = Lower("L898902C36UTO74O8122F1204159ZE184226B<<<<<10").DateOfBirth.Check!;

        Assert.Equal([new MrzRepair(new(2, 16, 1), 'O', '0', true)], check.Repairs);
        // Read as O, the 0 of the month would make this digit right.
        Assert.Empty(Lower("L898902C36UTO7408126F1204159ZE184226B<<<<<10").DateOfBirth.Check!.Repairs);
    }

    [Fact]
    public void The_composite_proposes_only_what_no_other_digit_explains()
    {
        var zone = Read(Td1.Replace("7408122F1204159UTO<<<<<<<<<<<6", "7408122F1204159UTO<<<<<<<<<<S6", StringComparison.Ordinal));

        Assert.Equal(MrzCheckOutcome.Wrong, zone.Composite!.Outcome);
        Assert.All(zone.Composite.Repairs, r => Assert.True(r.CompositeHolds));
    }

    [Fact]
    public void A_visa_has_no_composite_to_agree() =>
        Assert.Equal([new MrzRepair(new(2, 10, 1), 'S', '5', null)],
            Read(MrvB.Replace("L8988901C4", "L8988901DS", StringComparison.Ordinal)).DocumentNumber.Check!.Repairs
                .Where(r => r.Span.Column == 10));

    [Fact]
    public void A_right_digit_has_no_proposals() =>
        Assert.All(Read(Td3).Checks, c => Assert.Empty(c.Repairs));
}
