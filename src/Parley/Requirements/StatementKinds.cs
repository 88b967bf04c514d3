namespace Parley.Requirements;

/// <summary>What a statement says. The numbers are stored.</summary>
internal enum StatementType
{
    Requirement = 0,
    Feature = 1,
    Constraint = 2,
    Stakeholder = 3,
    Metric = 4,
    Dependency = 5,
    Risk = 6,
    Assumption = 7,
    Objective = 8,
    Overview = 9,
    TestCase = 10,
    UnitTestSpec = 11,
    IntegrationTestSpec = 12,
    AcceptanceCriteria = 13,
    Documentation = 14,
    UserManual = 15,
    ApiDoc = 16,
    TechnicalSpec = 17,
    ReleaseNote = 18,
    DesignSpec = 19,
    ScreenFlow = 20,
    Wireframe = 21,
}

/// <summary>How much it matters, most first. The numbers are stored.</summary>
internal enum StatementPriority
{
    Critical = 0,
    High = 1,
    Medium = 2,
    Low = 3,
}

/// <summary>How far it has come. The numbers are stored.</summary>
internal enum StatementStatus
{
    Draft = 0,
    InReview = 1,
    Approved = 2,
    Implemented = 3,
    Deprecated = 4,
}

/// <summary>How a statement stands in its text. The numbers are stored.</summary>
internal enum StatementForm
{
    Heading = 0,
    Sentence = 1,
    Item = 2,
    Row = 3,
    Code = 4,
}

/// <summary>The words of statements, as they are written in answers and asked for; at the place of their number.</summary>
internal static class StatementKinds
{
    public static readonly string[] Types =
    [
        "requirement",
        "feature",
        "constraint",
        "stakeholder",
        "metric",
        "dependency",
        "risk",
        "assumption",
        "objective",
        "overview",
        "test_case",
        "unit_test_spec",
        "integration_test_spec",
        "acceptance_criteria",
        "documentation",
        "user_manual",
        "api_doc",
        "technical_spec",
        "release_note",
        "design_spec",
        "screen_flow",
        "wireframe",
    ];

    public static readonly string[] Priorities = ["critical", "high", "medium", "low"];
    public static readonly string[] Statuses = ["draft", "in_review", "approved", "implemented", "deprecated"];
    public static readonly string[] Forms = ["heading", "sentence", "item", "row", "code"];

    /// <summary>Who chose a type, a priority or a status.</summary>
    public static readonly string[] Choosers = ["rules", "person"];

    public static string Name(this StatementType type) => Types[(int)type];

    public static string Name(this StatementPriority priority) => Priorities[(int)priority];

    public static string Name(this StatementStatus status) => Statuses[(int)status];

    public static string Name(this StatementForm form) => Forms[(int)form];

    public static bool IsTest(this StatementType type) =>
        type is >= StatementType.TestCase and <= StatementType.AcceptanceCriteria;

    public static bool IsDocumentation(this StatementType type) =>
        type is >= StatementType.Documentation and <= StatementType.ReleaseNote;

    public static bool IsDesign(this StatementType type) => type >= StatementType.DesignSpec;

    /// <summary>What is asked for: what tests, documentation and designs are of.</summary>
    public static bool IsAsked(this StatementType type) =>
        type is StatementType.Requirement or StatementType.Feature or StatementType.Constraint;
}
