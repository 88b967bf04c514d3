using System.Collections.Frozen;

namespace Parley.Import.Formats.Gemini;

/// <summary>The words in time lines of My Activity: months, halves of the day, zones, and what stands between.</summary>
internal static class ActivityTimeWords
{
    /// <summary>Beginnings of month names by language family; the longest that fits decides.</summary>
    private static readonly string[] Months =
    [
        "jan jän ene gen ian sty sij led oca jaan янв січ сак яну ιαν يناير ינו",
        "feb fév febr fev lut vel úno şub helmi vee фев лют феб φεβ فبراير פבר",
        "mar mär mars mrt märz març ožu bře maalis márc мар бер μαρ μάρ مارس מרץ",
        "apr avr abr kwi tra dub nis huhti ápr апр квіт кра απρ أبريل אפר",
        "may mai maj mei maio mag svi kvě touko máj мая май трав μαι μαΐ μάι مايو מאי",
        "jun juin juni giu iun cze haz kesä jún červ июн черв юни ιουν يونيو יונ",
        "jul juil juli lug iul lip tem heinä júl červenc июл лип юли ιουλ يوليو יול",
        "aug août aou ago sie kol ağu elo srp авг серп αυγ أغسطس אוג",
        "sep set sept wrz ruj eyl syys zář szept сен вер септ σεπ سبتمبر ספט",
        "oct okt out ott paź eki loka říj окт жовт οκτ أكتوبر אוק",
        "nov noiem lis stu kas marras нояб ноя лист ноем νοε νοέ نوفمبر נוב",
        "dec déc dez dic des gru pro ara joulu dek дек груд δεκ ديسمبر דצמ",
    ];

    private static readonly FrozenDictionary<string, int> MonthByBeginning = Months
        .SelectMany((names, i) => names.Split(' ').Select(n => (n, i)))
        .DistinctBy(p => p.n)
        .ToFrozenDictionary(p => p.n, p => p.i + 1, StringComparer.Ordinal);

    private const int LongestBeginning = 7;

    private static readonly FrozenSet<string> Afternoon =
        "pm p.m. p.m nachm. 午後 下午 오후 μ.μ. μμ م ч. ip. du. odp. öö. em u."
            .Split(' ')
            .ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> Forenoon = "am a.m. a.m vorm. 午前 上午 오전 π.μ. πμ ص ap. de. dop. öö fm"
        .Split(' ')
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Between =
        "de del à at um klo kl kl. г. г р. р. o в об alle ore às as las la a om k. ve u i den the th st nd rd thg tháng lúc"
            .Split(' ')
            .ToFrozenSet(StringComparer.Ordinal);

    /// <summary>
    /// Minutes east of UTC. Abbreviations are local and some are used twice: those of Europe, America and Japan win,
    /// and IST is India's, because that is where most who write it live.
    /// </summary>
    private static readonly FrozenDictionary<string, int> Zones = new Dictionary<string, int>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        ["UTC"] = 0,
        ["GMT"] = 0,
        ["Z"] = 0,
        ["WET"] = 0,
        ["WEZ"] = 0,
        ["WEST"] = 60,
        ["WESZ"] = 60,
        ["BST"] = 60,
        ["CET"] = 60,
        ["MEZ"] = 60,
        ["HEC"] = 60,
        ["WAT"] = 60,
        ["CEST"] = 120,
        ["MESZ"] = 120,
        ["HAEC"] = 120,
        ["EET"] = 120,
        ["OEZ"] = 120,
        ["SAST"] = 120,
        ["CAT"] = 120,
        ["EEST"] = 180,
        ["OESZ"] = 180,
        ["MSK"] = 180,
        ["МСК"] = 180,
        ["TRT"] = 180,
        ["EAT"] = 180,
        ["PKT"] = 300,
        ["IST"] = 330,
        ["WIB"] = 420,
        ["ICT"] = 420,
        ["SGT"] = 480,
        ["HKT"] = 480,
        ["PHT"] = 480,
        ["AWST"] = 480,
        ["JST"] = 540,
        ["KST"] = 540,
        ["ACST"] = 570,
        ["AEST"] = 600,
        ["ACDT"] = 630,
        ["AEDT"] = 660,
        ["NZST"] = 720,
        ["NZDT"] = 780,
        ["BRST"] = -120,
        ["NDT"] = -150,
        ["BRT"] = -180,
        ["ART"] = -180,
        ["ADT"] = -180,
        ["CLST"] = -180,
        ["NST"] = -210,
        ["AST"] = -240,
        ["EDT"] = -240,
        ["HAE"] = -240,
        ["CLT"] = -240,
        ["EST"] = -300,
        ["HNE"] = -300,
        ["CDT"] = -300,
        ["HAC"] = -300,
        ["COT"] = -300,
        ["PET"] = -300,
        ["CST"] = -360,
        ["HNC"] = -360,
        ["MDT"] = -360,
        ["MST"] = -420,
        ["PDT"] = -420,
        ["PST"] = -480,
        ["AKDT"] = -480,
        ["AKST"] = -540,
        ["HST"] = -600,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>1–12; 0 where it is no month.</summary>
    public static int Month(string word)
    {
        for (var length = Math.Min(word.Length, LongestBeginning); length >= 3; length--)
        {
            if (MonthByBeginning.TryGetValue(word[..length], out var month))
            {
                return month;
            }
        }

        return 0;
    }

    /// <summary>Hours to add by the half of the day it names; -1 where it names none.</summary>
    public static int HalfDay(string word) =>
        Afternoon.Contains(word) ? 12
        : Forenoon.Contains(word) ? 0
        : -1;

    public static bool IsBetween(string word) => Between.Contains(word);

    public static int? Zone(string name) => Zones.TryGetValue(name, out var minutes) ? minutes : null;
}
