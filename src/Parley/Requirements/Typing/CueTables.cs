using static Parley.Requirements.CuePlace;
using static Parley.Requirements.StatementType;

namespace Parley.Requirements;

/// <summary>
/// The signs by which statements are typed, with weights set by hand. bench/results/requirements.md has what they reach on
/// labelled documents; who changes them looks at those under tests/fixtures/requirements only that are not held out.
/// </summary>
internal static class CueTables
{
    /// <summary>Letters of ids that authors give, and what is called so.</summary>
    public static readonly Cue[] Prefixes =
    [
        new(Requirement, 3.4, Start, "REQ|FR|NFR|SR|UR|BR|SRS|SYS"),
        new(Feature, 3.4, Start, "US|STORY|EPIC|FEAT|UC"),
        new(Constraint, 3.4, Start, "CON|CST"),
        new(Stakeholder, 3.4, Start, "SH|STK"),
        new(Metric, 3.4, Start, "KPI|MET|SLO"),
        new(Dependency, 3.4, Start, "DEP"),
        new(Risk, 3.4, Start, "RISK|RSK|RK"),
        new(Assumption, 3.4, Start, "ASM|ASSUME"),
        new(Objective, 3.4, Start, "OBJ|GOAL"),
        new(TestCase, 3.4, Start, "TC|TEST"),
        new(UnitTestSpec, 3.4, Start, "UT"),
        new(IntegrationTestSpec, 3.4, Start, "IT|ITC"),
        new(AcceptanceCriteria, 3.4, Start, "AC"),
        new(ApiDoc, 3.4, Start, "API"),
        new(TechnicalSpec, 3.4, Start, "TS"),
        new(ReleaseNote, 3.4, Start, "RN"),
        new(DesignSpec, 3.4, Start, "DS|DES"),
        new(ScreenFlow, 3.4, Start, "SF|FLOW"),
        new(Wireframe, 3.4, Start, "WF"),
    ];

    /// <summary>Words of headings, also of the heads of tables; those that say more come first.</summary>
    public static readonly CueSet Headings = new(
        new(
            AcceptanceCriteria,
            3.2,
            Anywhere,
            "acceptance criteri*|definition of done|akzeptanzkriteri*|abnahmekriteri*"
        ),
        new(UnitTestSpec, 3.2, Anywhere, "unit test*|modultest*"),
        new(IntegrationTestSpec, 3.2, Anywhere, "integration test*|end-to-end test*|system integration|contract test*"),
        new(
            TestCase,
            2.6,
            Anywhere,
            "test case*|test scenario*|test plan|tests|test suite|verification|test procedure*|testfälle"
        ),
        new(Risk, 2.8, Anywhere, "risk*|threats|risiken"),
        new(Assumption, 3.0, Anywhere, "assumption*|annahmen"),
        new(Dependency, 3.0, Anywhere, "dependenc*|prerequisites|abhängigkeiten"),
        new(
            Constraint,
            2.4,
            Anywhere,
            "constraint*|limitations|restrictions|boundary conditions|compliance|randbedingungen|out of scope|non-goals"
        ),
        new(
            Stakeholder,
            2.8,
            Anywhere,
            "stakeholder*|persona*|who is involved|roles and responsibilities|responsibilities|audience|participants|attendees|present|user classes|beteiligte"
        ),
        new(
            Metric,
            2.8,
            Anywhere,
            "metric*|kpi*|success criteria|success measures|measures of success|how we measure|slos|service levels|key results|kennzahlen"
        ),
        new(Objective, 2.6, Anywhere, "goal*|objective*|purpose|vision|mission|ziele|why we do this|intent"),
        new(
            ReleaseNote,
            2.8,
            Anywhere,
            "release notes|changelog|what's new|new in|fixed|bug fixes|fixes|improvements|known issues|breaking changes|upgrade notes|changed|added"
        ),
        new(Wireframe, 3.0, Anywhere, "wireframe*|mockup*|mock-up*|sketch*|screen layout*"),
        new(ScreenFlow, 3.0, Anywhere, "screen flow*|user flow*|navigation|flow|flows|user journey*"),
        new(
            DesignSpec,
            2.4,
            Anywhere,
            "visual design|design specification|design system|design principles|typography|colour*|color*|interaction design|components and states|accessibility of the interface|motion"
        ),
        new(
            UserManual,
            2.8,
            Anywhere,
            "user manual|user guide|how to|getting started|instructions|troubleshooting|quick start|tutorial|operating procedure|bedienung"
        ),
        new(
            ApiDoc,
            2.6,
            Anywhere,
            "api|endpoint*|request*|response*|error codes|resources|authentication scheme|webhooks|pagination|get|post|delete|put|patch"
        ),
        new(
            TechnicalSpec,
            2.4,
            Anywhere,
            "architecture|technical specification|technical design|data model|implementation|infrastructure|deployment|storage|internals|technology|components|algorithm*"
        ),
        new(
            Documentation,
            2.4,
            Anywhere,
            "documentation|glossary|definitions|references|appendix|further reading|abbreviations|terms|training material"
        ),
        new(
            Feature,
            1.8,
            Anywhere,
            "feature*|capabilit*|user stor*|epic*|functionality|product scope|what we build|solution"
        ),
        new(
            Overview,
            2.0,
            Anywhere,
            "overview|introduction|background|summary|context|scope|problem statement|abstract|about this document|einleitung|überblick"
        ),
        new(Requirement, 1.8, Anywhere, "requirement*|functional|non-functional|obligations|shall|anforderung*")
    );

    /// <summary>Words of the statement itself.</summary>
    public static readonly CueSet Words = new(
        new(Feature, 3.4, Start, "as a|as an|as the|als"),
        new(
            Feature,
            1.3,
            Anywhere,
            "users can|user can|customers can|allows users to|lets users|lets people|allows the|allow users to|enables|supports|offers|ability to|people can|members can|one can|visitors can|support for"
        ),
        new(AcceptanceCriteria, 2.6, Start, "given"),
        new(AcceptanceCriteria, 1.2, Anywhere, "is accepted when|is done when|accepted if"),
        new(
            TestCase,
            2.4,
            Start,
            "verify|check that|check whether|confirm that|validate that|ensure that|test that|prüfe"
        ),
        new(
            TestCase,
            1.4,
            Anywhere,
            "expected result|expected:|the test passes|test passes|tester|test data|is verified by"
        ),
        new(
            UnitTestSpec,
            2.6,
            Anywhere,
            "unit test*|mocked|mock|stub|stubbed|in isolation|throws|returns null|is called once|asserts"
        ),
        new(
            IntegrationTestSpec,
            2.4,
            Anywhere,
            "integration test*|end to end|end-to-end|against a real|against the sandbox|test environment|staging environment|contract test"
        ),
        new(
            Constraint,
            2.0,
            Anywhere,
            "comply with|complies with|compliance with|compliant with|in accordance with|restricted to|is limited to|are limited to|limited to|only supports|no budget|budget|by law|regulation|gdpr|licence|license|must be written in|is not allowed|are not allowed|must not exceed|may not exceed|no more than|out of scope|is fixed|existing hardware|in-house|on premises|deadline|not part of|we do not|prohibited|open source|statutory|must run on|shall run on|vendor lock-in"
        ),
        new(
            Metric,
            1.8,
            Anywhere,
            "measured by|measured as|baseline|conversion rate|retention|churn|net promoter score|nps|csat|percentile|p95|p99|per month|per week|adoption|share of|percentage of|proportion of|average time|mean time|median|target:|target is|success rate|error rate|rate of|number of|uptime"
        ),
        new(
            Dependency,
            2.6,
            Anywhere,
            "depends on|depend on|dependent on|relies on|rely on|blocked by|blocked until|prerequisite*|is provided by|are provided by|is supplied by|cannot start before|cannot start until|waits for|builds on|needs the|hinges on|hängt ab von|setzt voraus"
        ),
        new(
            Risk,
            2.6,
            Anywhere,
            "risk|risks|may fail|might fail|could fail|could lead to|may lead to|might lead to|could delay|may delay|might delay|mitigation|mitigate*|likelihood|threat|we could lose|may not be ready|might not|could become|jeopardise*|jeopardize*|unlikely|danger|could|might"
        ),
        new(
            Assumption,
            3.2,
            Anywhere,
            "we assume|is assumed|are assumed|assume|assumes|assuming|assumption|we expect|is expected that|presume*|presumably|taken for granted|we believe|angenommen"
        ),
        new(
            Objective,
            2.4,
            Anywhere,
            "the goal|goal is|our goal|we aim|aims to|aim is|aim to|objective|we want to|the purpose|purpose of|strive|ambition|our vision|so that we become|the intention|ziel ist|soll erreicht werden"
        ),
        new(
            Stakeholder,
            2.3,
            Anywhere,
            "responsible for|is accountable|accountable for|product owner|stakeholder*|sponsor*|signs off|sign off|approves|is consulted|is informed|represents|represented by|is the owner of|owns the|persona|leads the|head of|manager|reports to"
        ),
        new(
            Overview,
            1.4,
            Anywhere,
            "this document|this specification|this page|this section|this plan|this guide|this release|the following|today|currently|at present|describes|was founded|history|in short|in summary|is a|is an|dieses dokument"
        ),
        new(
            Documentation,
            1.9,
            Anywhere,
            "see also|is documented in|documentation|glossary|means|stands for|refers to|is defined as|handbook|runbook|knowledge base|wiki|abbreviation|denotes|training course|release handbook"
        ),
        new(
            UserManual,
            2.4,
            Start,
            "click|select|open|press|enter|choose|tap|go to|type|drag|hold|log in|sign in|scroll|turn|plug|remove|insert|wait until|wait for|to change|to add|to export|to delete|if you|you can|do not|make sure|unplug|place|connect"
        ),
        new(UserManual, 1.6, Anywhere, "you|your"),
        new(
            ApiDoc,
            2.2,
            Anywhere,
            "returns 200|returns 201|returns 204|returns 400|returns 401|returns 403|returns 404|returns 409|returns 422|returns 429|status code|request body|response body|endpoint|query parameter|query string|path parameter|http header|bearer token|content-type|application/json|http|json object|cursor|rate limit|idempotency-key|webhook|payload|/v1/*|/api/*|field|client"
        ),
        new(
            TechnicalSpec,
            1.6,
            Anywhere,
            "postgresql|sqlite|redis|kafka|rabbitmq|docker|kubernetes|queue|cache|cached|index|schema|table|column|thread|process|container|module|class|protocol|algorithm|encrypted with|aes-256|tls|is implemented|is implemented as|is written in|microservice|service|database|primary key|foreign key|replica|cluster|hash|buffer|checksum|serialised|serialized|stored in|event bus|worker|scheduler|batch|binary|runs on|firmware|interrupt"
        ),
        new(
            ReleaseNote,
            2.4,
            Start,
            "added|fixed|removed|improved|changed|upgraded|deprecated|corrected|renamed|resolved|new:|fix:|updated|introduced|dropped|a crash|faster|security:"
        ),
        new(
            ReleaseNote,
            1.4,
            Anywhere,
            "no longer|now|in this release|since version|upgrade|upgrading|previous version"
        ),
        new(
            DesignSpec,
            1.8,
            Anywhere,
            "colour|color|font|typeface|icon|icons|spacing|padding|palette|contrast|rounded|corner radius|px|rem|hover|focus ring|animation|fades|shadow|typography|grid|primary button|secondary button|visual|tone of voice|look and feel|dark mode|theme|illustration*|bold|line height"
        ),
        new(
            ScreenFlow,
            2.4,
            Anywhere,
            "navigates to|navigate to|is taken to|are taken to|is redirected to|returns to the|leads to the|goes back to|back to the|goes to the|opens the|from the home screen|proceeds to|continues to|→|->|next screen|previous screen|step 1|lands on|moves to|swip*"
        ),
        new(
            Wireframe,
            2.2,
            Anywhere,
            "wireframe|mockup|mock-up|placeholder|left panel|right panel|sidebar|side bar|top bar|bottom bar|header shows|footer|upper left|upper right|top left|top right|bottom left|bottom right|below it|above it|two columns|three columns|card|cards|box|thumbnail|centred|centered|full width|sits|hamburger"
        )
    );
}
