"""The thinking of places: kinds and codes, the order of the tree, and what an import of the survey would change."""

from app.consortia.rules.directory import (
    Directory,
    ImportPlan,
    KnownPlace,
    PlannedPlace,
    RowProblem,
    SurveyFile,
    SurveyLibrary,
    SurveyOutlet,
    SurveyPlace,
    Tree,
)
from app.consortia.rules.events import EventKind
from app.consortia.rules.hours import WEEKDAYS, OpenPeriod, Week, periods_of, text_of
from app.consortia.rules.identifiers import fscs_key_problem, fscs_sequence_problem, isil_problem
from app.consortia.rules.places import (
    BranchFacts,
    BranchType,
    LibraryFacts,
    PlaceFacts,
    PlaceKind,
    Population,
    PopulationMethod,
    code_problem,
    find_named,
    ids_in,
    in_tree_order,
    may_hold,
    slug_of,
    slug_problem,
)
from app.consortia.rules.planning import plan_import
from app.consortia.rules.working_week import working_week

__all__ = [
    "WEEKDAYS",
    "BranchFacts",
    "BranchType",
    "Directory",
    "EventKind",
    "ImportPlan",
    "KnownPlace",
    "LibraryFacts",
    "OpenPeriod",
    "PlaceFacts",
    "PlaceKind",
    "PlannedPlace",
    "Population",
    "PopulationMethod",
    "RowProblem",
    "SurveyFile",
    "SurveyLibrary",
    "SurveyOutlet",
    "SurveyPlace",
    "Tree",
    "Week",
    "code_problem",
    "find_named",
    "fscs_key_problem",
    "fscs_sequence_problem",
    "ids_in",
    "in_tree_order",
    "isil_problem",
    "may_hold",
    "periods_of",
    "plan_import",
    "slug_of",
    "slug_problem",
    "text_of",
    "working_week",
]
