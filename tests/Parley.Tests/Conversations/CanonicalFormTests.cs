using Parley.Conversations;

namespace Parley.Tests.Conversations;

/// <summary>These tests run without ICU, as the native executable does.</summary>
public sealed class CanonicalFormTests
{
    [Theory]
    [InlineData("A\u0308rger", "\u00C4RGER")]
    [InlineData(" \u00E4rger ", "\u00C4RGER")]
    [InlineData("stra\u00DFe", "STRA\u00DFE")]
    [InlineData("\u0441\u043F\u0438\u0306", "\u0421\u041F\u0419")]
    [InlineData("\u03B1\u0301", "\u0386")]
    [InlineData("o\u0302\u0301", "\u1ED0")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\u304B\u3099", "\u304C")]
    [InlineData("\u212Bngstrom", "\u00C5NGSTROM")]
    [InlineData("\U0001F375 tea", "\U0001F375 TEA")]
    public void Names_that_look_alike_have_one_key(string name, string key) => Assert.Equal(key, Names.Key(name));

    [Fact]
    public void The_frameworks_own_form_does_nothing_here() => Assert.Equal("e\u0301", "e\u0301".Normalize());

    /// <summary>Made by another implementation of Unicode's algorithm, over random runs of letters and marks.</summary>
    public static TheoryData<string, string> Runs =>
        new()
        {
            {
                "\u0197\u0951\u00C5\u0300\u00F7\u0300\u1E90\u0327\u0123\u0327\u0915\u0301",
                "\u0197\u0951\u00C5\u0300\u00F7\u0300\u1E90\u0327\u0123\u0327\u0915\u0301"
            },
            { "\u1EE4\u0301\u1EF6\u0301", "\u1EE4\u0301\u1EF6\u0301" },
            { "\u1172\u018A\u1E9A\u0327\u0154\u1ED8\u0327\u0400", "\u1172\u018A\u1E9A\u0327\u0154\u1ED8\u0327\u0400" },
            { "\u0208\u1E3F\u0308", "\u0208\u1E3F\u0308" },
            {
                "\u1EF6\u0323\uAC27\u090D\u03BC\u0300\u030F\u0323\u01D3\u0308\u0306\u0323\u010A\u0302\u1EDF\u0327",
                "\u1EF4\u0309\uAC27\u090D\u03BC\u0323\u0300\u030F\u1EE4\u030C\u0308\u0306\u010A\u0302\u1EDF\u0327"
            },
            {
                "\u0441\u0456\u0302\u1E40\u0302\u1EEA\uAC2D\u00EF\u0122",
                "\u0441\u0456\u0302\u1E40\u0302\u1EEA\uAC2D\u00EF\u0122"
            },
            {
                "\u093F\u044F\u0301\u0070\uAC38\u0301\u0900\u0323\u01BB\u0323",
                "\u093F\u044F\u0301\u0070\uAC38\u0301\u0900\u0323\u01BB\u0323"
            },
            {
                "\u1EAC\u038F\u0301\u017B\u0301\u11BB\u0302\u1EAD\u0323\u0390\u116A\u0308\u0907\u0323",
                "\u1EAC\u038F\u0301\u017B\u0301\u11BB\u0302\u1EAD\u0323\u0390\u116A\u0308\u0907\u0323"
            },
            {
                "\u1ECE\u0323\u0415\u0323\u0164\u1E66\u0300\u00D1\uAC2E\u0300\u1EC0\u0300",
                "\u1ECC\u0309\u0415\u0323\u0164\u1E66\u0300\u00D1\uAC2E\u0300\u1EC0\u0300"
            },
            { "\u0041\u1ECF\u0198", "\u0041\u1ECF\u0198" },
            { "\u020C\u092B\u0193", "\u020C\u092B\u0193" },
            {
                "\u015E\u0308\u014F\u1E2E\u0302\u1E01\u0300\u1E1E\u0327\u1E25\u0302\u0407\u0112\u0327\u018A\u0302",
                "\u015E\u0308\u014F\u1E2E\u0302\u1E01\u0300\u1E1E\u0327\u1E25\u0302\u0407\u0228\u0304\u018A\u0302"
            },
            { "\u0329\u1E6C\u0301\u0918", "\u0329\u1E6C\u0301\u0918" },
            {
                "\u022B\u0302\u01F2\u0300\u024D\u095D\u0301\u0233\u01FC\u1E6B\u0302",
                "\u022B\u0302\u01F2\u0300\u024D\u0922\u093C\u0301\u0233\u01FC\u1E6B\u0302"
            },
            {
                "\u0913\u0323\u0107\u0226\u0134\u0233\u0302\u1E09\u0302\u01F5\u0302",
                "\u0913\u0323\u0107\u0226\u0134\u0233\u0302\u1E09\u0302\u01F5\u0302"
            },
            { "\u0944\u01FB\u0302\u1E1A\u0302", "\u0944\u01FB\u0302\u1E1A\u0302" },
            {
                "\uAC3B\u1100\u0302\u0110\u0327\u01A8\u01BF\u0167\u0327\u007A\u0198\u0302",
                "\uAC3B\u1100\u0302\u0110\u0327\u01A8\u01BF\u0167\u0327\u007A\u0198\u0302"
            },
            { "\u1E7D\u0180\u0301\u11C2\u0301", "\u1E7D\u0180\u0301\u11C2\u0301" },
            {
                "\u1E49\u0301\u024F\u0302\u1EF8\u0323\u0424\u0326\u1EA1",
                "\u1E49\u0301\u024F\u0302\u1EF4\u0303\u0424\u0326\u1EA1"
            },
            { "\u1E88\u0323\u0199\u1E77\u1E5C", "\u1E88\u0323\u0199\u1E77\u1E5C" },
            { "\u01C3\u0184\u0327\u1E10\u0159\u0300", "\u01C3\u0184\u0327\u1E10\u0159\u0300" },
            { "\u030F\u0300\u01EA", "\u030F\u0300\u01EA" },
            { "\u00E4\u0327\uAC12", "\u00E4\u0327\uAC12" },
            { "\u038C\uAC25\u0327\u1E57\u1E8B\u1E1A\u0327", "\u038C\uAC25\u0327\u1E57\u1E8B\u0228\u0330" },
            { "\uAC1B\u0300\u017B\u116D\u0301\u015C\u094C", "\uAC1B\u0300\u017B\u116D\u0301\u015C\u094C" },
            { "\u0916\u0187\u0300\u0319\u0323\u017C\u0302", "\u0916\u0187\u0319\u0323\u0300\u017C\u0302" },
            {
                "\u01AD\u0308\u11BD\u0302\u1E66\u0308\u1105\u043F\u0300",
                "\u01AD\u0308\u11BD\u0302\u1E66\u0308\u1105\u043F\u0300"
            },
            {
                "\u042F\u0308\u1E6A\u0301\u03B4\u0301\u1E60\u00E6\u014A\u0237\u0139\u0327",
                "\u042F\u0308\u1E6A\u0301\u03B4\u0301\u1E60\u00E6\u014A\u0237\u013B\u0301"
            },
            {
                "\u0426\u011A\u0391\u0301\u00D8\u0300\u01DA\u0308\u11B1\u00F7\u0308\u0339\u0064\u0302",
                "\u0426\u011A\u0386\u00D8\u0300\u01DA\u0308\u11B1\u00F7\u0339\u0308\u0064\u0302"
            },
            { "\u0143\u0308\u01AD\u032B\u00CA\u0323\u01D5", "\u0143\u0308\u01AD\u032B\u1EC6\u01D5" },
            { "\u033D\u0300\u044F\u0067\u0313\u0323", "\u033D\u0300\u044F\u0067\u0323\u0313" },
            { "\uAC1A\u013C\u0327\u11BF\u0301\u1E3C\u1EA5\u0302", "\uAC1A\u013C\u0327\u11BF\u0301\u1E3C\u1EA5\u0302" },
            { "\u1106\u0302\u0450\u00D2\u0301\u016C\u0302", "\u1106\u0302\u0450\u00D2\u0301\u016C\u0302" },
            {
                "\u1E53\u0300\u0397\u0308\u0303\u03AF\u00BF\u0308\uAC33\u0301\u01DE\u0323\u01A5\u0308",
                "\u1E53\u0300\u0397\u0308\u0303\u03AF\u00BF\u0308\uAC33\u0301\u1EA0\u0308\u0304\u01A5\u0308"
            },
            {
                "\u030F\u1E50\u0327\u004B\u0300\u011D\u0302\u0330\u0327",
                "\u030F\u1E50\u0327\u004B\u0300\u0123\u0330\u0302\u0302"
            },
            { "\u0946\u0327\u0424\u1E3B\u0302\u0195", "\u0946\u0327\u0424\u1E3B\u0302\u0195" },
            {
                "\u1E52\u0300\u0180\u0308\u1E77\u1E4F\u0323\u1ED3\u0062\u1EF3\u0239",
                "\u1E52\u0300\u0180\u0308\u1E77\u1ECD\u0303\u0308\u1ED3\u0062\u1EF3\u0239"
            },
            {
                "\u032F\u0047\u0300\uAC2E\u00F2\u0301\u1E4D\u0302\u1E8F\u011F\u0323\u1E7C\u0302\u00EA\u0300",
                "\u032F\u0047\u0300\uAC2E\u00F2\u0301\u1E4D\u0302\u1E8F\u011F\u0323\u1E7C\u0302\u1EC1"
            },
            { "\u0101\u0190\u0323\u0430\u0308\u031B\u03C6\u0301", "\u0101\u0190\u0323\u04D3\u031B\u03C6\u0301" },
            {
                "\u03AA\u0300\u1E68\u039E\u0323\uAC3E\u0327\u1E01\u1E02\u0308\u0155\u0301\u1EAB\u0300\u01FB\u0327",
                "\u03AA\u0300\u1E68\u039E\u0323\uAC3E\u0327\u1E01\u1E02\u0308\u0155\u0301\u1EAB\u0300\u01FB\u0327"
            },
            {
                "\u0909\u0323\u0172\u0301\u1E58\u0323\u0392\u0149\u0302\u0914\u0308",
                "\u0909\u0323\u0172\u0301\u1E5A\u0307\u0392\u0149\u0302\u0914\u0308"
            },
            {
                "\u0410\u015A\u0300\u042F\u0044\u0308\u0421\u0323\u043D\u0958\u0158\u0323",
                "\u0410\u015A\u0300\u042F\u0044\u0308\u0421\u0323\u043D\u0915\u093C\u1E5A\u030C"
            },
            {
                "\u00C5\u0308\u0394\u0308\u0133\u0308\u00CC\u039E\u0300\u0193",
                "\u00C5\u0308\u0394\u0308\u0133\u0308\u00CC\u039E\u0300\u0193"
            },
            {
                "\u1EB5\u1EAB\u0300\u0203\u0108\u00C8\u0323\u1161\u0308\uAC22\u0302\u017E",
                "\u1EB5\u1EAB\u0300\u0203\u0108\u1EB8\u0300\u1161\u0308\uAC22\u0302\u017E"
            },
            {
                "\u1109\u0302\u024B\u0301\u03BF\u1E24\u1EBC\u0950\u0308",
                "\u1109\u0302\u024B\u0301\u03BF\u1E24\u1EBC\u0950\u0308"
            },
            {
                "\u11B5\u0301\u0180\u0327\u1EA8\u0300\u01ED\u0306\u0323\u011C\u01C8\u0308\u0445\u0300\u1EB9\u0327",
                "\u11B5\u0301\u0180\u0327\u1EA8\u0300\u01ED\u0323\u0306\u011C\u01C8\u0308\u0445\u0300\u0229\u0323"
            },
            {
                "\u0164\u0302\u1E4D\u0308\u1E82\u021D\u0120\u0300\u033E\u0323\u030F",
                "\u0164\u0302\u1E4D\u0308\u1E82\u021D\u0120\u0323\u0300\u033E\u030F"
            },
            {
                "\u0041\u0327\u00F8\u094A\u0302\u1E80\u1E05\uAC1E\u030F\u0300\u0142\u0301\u022D\u0300",
                "\u0041\u0327\u00F8\u094A\u0302\u1E80\u1E05\uAC1E\u030F\u0300\u0142\u0301\u022D\u0300"
            },
            {
                "\u0169\u0327\u0316\u1E80\u0308\uAC06\u0327\u0148\u0327\u012E\u0323",
                "\u0169\u0327\u0316\u1E80\u0308\uAC06\u0327\u0146\u030C\u012E\u0323"
            },
            {
                "\u0410\u0323\u0303\u1E14\u0300\u1E7C\u0302\u0243\u1EA7\u0301",
                "\u0410\u0323\u0303\u1E14\u0300\u1E7C\u0302\u0243\u1EA7\u0301"
            },
            {
                "\u091F\u0308\u0233\u1E38\u00A8\u0301\u043D\u0301\u1175\u0301\u090F\u0308\u0954\u0327",
                "\u091F\u0308\u0233\u1E38\u0385\u043D\u0301\u1175\u0301\u090F\u0327\u0308\u0954"
            },
            {
                "\u01E2\u0327\u022C\u0300\u1E28\u116E\u0323\u00D6\u018E\u094E\u00D2\u0217",
                "\u01E2\u0327\u022C\u0300\u1E28\u116E\u0323\u00D6\u018E\u094E\u00D2\u0217"
            },
            {
                "\u01E9\u01DE\u1E79\u0300\u1E04\u0308\u00A4\u0323\u0407\u0930\u0301",
                "\u01E9\u01DE\u1E79\u0300\u1E04\u0308\u00A4\u0323\u0407\u0930\u0301"
            },
            {
                "\u0903\u0401\u0308\u11BF\u0323\u0116\u0323\u00C7\u0302\u1E10\u01F3\u0300\u0924\u0300",
                "\u0903\u0401\u0308\u11BF\u0323\u1EB8\u0307\u00C7\u0302\u1E10\u01F3\u0300\u0924\u0300"
            },
            { "\u01F2\u00E3\u043F\u0302\u0910\u0340\u0437\u0302", "\u01F2\u00E3\u043F\u0302\u0910\u0300\u0437\u0302" },
            { "\u0073\u0323\u0241\u013E\u0308", "\u1E63\u0241\u013E\u0308" },
            {
                "\u1E39\u0308\u0172\u0327\u1E3F\u0301\u01D9\u0301\u0052\u0300\u03C4\u0198\u0327\u0246\u0323",
                "\u1E39\u0308\u0172\u0327\u1E3F\u0301\u01D9\u0301\u0052\u0300\u03C4\u0198\u0327\u0246\u0323"
            },
            { "\u00F6\u0323\u0331\u0302\u010F", "\u1ECD\u0331\u0308\u0302\u010F" },
            { "\u0242\u0173\u116D\uAC36", "\u0242\u0173\u116D\uAC36" },
            { "\u03B0\u03B0\u0302\u0392\u0323", "\u03B0\u03B0\u0302\u0392\u0323" },
        };

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_is_composed_as_Unicode_says(string run, string composed)
    {
        Assert.Equal(composed, CanonicalForm.Of(run));
        Assert.Equal(composed, CanonicalForm.Of(composed));
    }

    [Fact]
    public async Task A_tag_and_a_space_are_found_however_their_accents_are_written()
    {
        await using var app = await ParleyApp.StartAsync();
        var (one, _) = await app.MakeConversationAsync("one");
        var (two, _) = await app.MakeConversationAsync("two");
        await app.PatchJsonAsync("/api/conversations/" + one, """{"tags":["\u00c4rger"],"space":"K\u00fcche"}""");
        await app.PatchJsonAsync("/api/conversations/" + two, """{"tags":["a\u0308RGER"],"space":"KU\u0308CHE"}""");
        Assert.Single((await app.GetJsonAsync("/api/tags")).Items());
        Assert.Equal(
            2,
            (await app.GetJsonAsync("/api/conversations?space=ku%CC%88che&tag=%C3%84RGER")).Number("total")
        );
    }
}
