using System.Globalization;
using Parley.Import.Formats.Gemini;

namespace Parley.Tests.Import;

public sealed class ActivityTimesTests
{
    [Theory]
    [InlineData("Sep 2, 2026, 12:12:52\u202FPM PDT", "2026-09-02T19:12:52Z")]
    [InlineData("Sep 2, 2026, 12:00:01 AM PST", "2026-09-02T08:00:01Z")]
    [InlineData("18.04.2026, 17:38:51 MESZ", "2026-04-18T15:38:51Z")]
    [InlineData("05.01.2026, 08:00:00 MEZ", "2026-01-05T07:00:00Z")]
    [InlineData("2026/07/18 20:02:03 JST", "2026-07-18T11:02:03Z")]
    [InlineData("15 août 2026, 10:00:00 CEST", "2026-08-15T08:00:00Z")]
    [InlineData("15 août 2026 à 10:00:00 UTC+2", "2026-08-15T08:00:00Z")]
    [InlineData("2 sept 2026, 12:12:52 GMT-03:00", "2026-09-02T15:12:52Z")]
    [InlineData("2 de set. de 2026, 12:12:52 BRT", "2026-09-02T15:12:52Z")]
    [InlineData("2 sep 2026, 1:12:52 p. m. GMT\u22125", "2026-09-02T18:12:52Z")]
    [InlineData("2 Σεπ 2026, 1:12:52 μ.μ. EEST", "2026-09-02T10:12:52Z")]
    [InlineData("2 сент. 2026 г., 12:12:52 MSK", "2026-09-02T09:12:52Z")]
    [InlineData("2026. 9. 2. 오후 1:12:52 KST", "2026-09-02T04:12:52Z")]
    [InlineData("2026年9月2日 13:12:52 GMT+8", "2026-09-02T05:12:52Z")]
    [InlineData("2. syysk. 2026 klo 13.12.52 EEST", "2026-09-02T10:12:52Z")]
    [InlineData("02.09.2026, 13.12.52 CEST", "2026-09-02T11:12:52Z")]
    [InlineData("2026. szept. 2., 13:12:52 CEST", "2026-09-02T11:12:52Z")]
    [InlineData("02/09/2026, 13:12:52 BST", "2026-09-02T12:12:52Z")]
    [InlineData("9/22/2026, 13:12:52 EDT", "2026-09-22T17:12:52Z")]
    [InlineData("2 wrz 2026, 13:12:52 CEST", "2026-09-02T11:12:52Z")]
    [InlineData("18 thg 7, 2026, 13:12:52 GMT+7", "2026-07-18T06:12:52Z")]
    [InlineData("2026-07-18 13:12:52 UTC", "2026-07-18T13:12:52Z")]
    [InlineData("٢ سبتمبر ٢٠٢٦، ١:١٢:٥٢ م GMT+3", "2026-09-02T10:12:52Z")]
    [InlineData("18 ก.ย. 2569 13:12:52 GMT+7", null)]
    public void Local_times_are_read_in_many_languages(string line, string? expected)
    {
        var read = ActivityTimes.Read(line);
        long? micros = expected is null
            ? null
            : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() * 1000;
        Assert.Equal(micros, read?.Micros);
        Assert.Null(read?.UnknownZone);
    }

    [Theory]
    [InlineData("Sep 2, 2026, 12:12:52 PM XYZT", "XYZT")]
    [InlineData("Sep 2, 2026, 12:12:52 PM", "")]
    public void An_unknown_zone_is_taken_for_utc_and_named(string line, string zone)
    {
        var read = ActivityTimes.Read(line)!.Value;
        Assert.Equal(zone, read.UnknownZone);
        Assert.Equal(1788351172000000, read.Micros);
    }

    [Theory]
    [InlineData("")]
    [InlineData("12:12:52")]
    [InlineData("at 10:00:00 on Sep 2, 2026")]
    [InlineData("The train of Sep 2, 2026, 12:12:52 PM PDT was late")]
    [InlineData("Meet on Sep 2, 2026, 12:12:52 PM")]
    [InlineData("Sep 2, 2026, 12:12:52 PM PDT is when it happened")]
    [InlineData("Sep 31, 2026, 12:12:52 PM PDT")]
    [InlineData("Sep 2, 2026, 27:12:52 PDT")]
    [InlineData("99999999999999999999.1.2026, 12:12:52")]
    [InlineData("1.2.3.4:5:6:7")]
    [InlineData(":::::")]
    public void Other_lines_are_no_times(string line) => Assert.Null(ActivityTimes.Read(line));

    [Fact]
    public void A_time_in_an_unknown_language_is_guessed_by_its_look()
    {
        Assert.Null(ActivityTimes.Guess("18 ก.ย. 2569 13:12:52 GMT+7")!.Value.Micros);
        Assert.Null(ActivityTimes.Guess("What about 2026 at 13:12:52?"));
        Assert.Equal(
            1788354772000000,
            ActivityTimes.Guess("2 Sep 2026, 13:12:52 Central European Summer Time")!.Value.Micros
        );
    }
}
