"""How we know each cell of the table of language models. Same shape as the table in `table.py`.

A cell's source says whether the command is done or refused. The status code is a row of the edition's wording. A page
is cited where icp2018 has it; `contract/own_pages.py` says where the later editions do.
"""

from __future__ import annotations

from fakestt.core.provenance import Assumed, How, Source
from fakestt.core.sources import GONE_T, IDLE, LOCK1, NEWEST, NO_DU, SILENT, TR_F

__all__ = ["ROWS"]

SDK_18 = "python-sdk of 2018-10-16 speech_to_text_v1.py"
SWIFT = "watson-developer-cloud/swift-sdk SpeechToTextTests.swift"
CREATE = "icp2018 language-create.md"
MODELS = "icp2018 language-models.md"
UPGRADE = "icp2018 custom-upgrade.md"

# Getting
POLL = Source(CREATE, "monitorTraining")
LISTED = Source(MODELS, "listModels")

# Deleting
DEL = Source(MODELS, "deleteModel")
NO_D = Source(SDK_18, "delete_language_model")

# Training
TR = Source(CREATE, "trainModel")
TR_X = Source(CREATE, "failedTraining")
TR_A = Assumed("client code goes on to poll for `available` after the 400, so it stays available")
TR_U = Source(UPGRADE, "upgradeLanguage")

# Reset
RES = Source(MODELS, "resetModel")
NO_R = Assumed("the pages of 2018 are silent; the later ones refuse it while another operation is handled")
NO_RU = Source(UPGRADE, "upgradeLanguage")

# Upgrade
UPG = Source(UPGRADE, "upgradeLanguage")
UPG_X = Source(UPGRADE, "upgradeFailures")

# Corpora
CORPORA = Source("icp2018 language-corpora.md", "listCorpora")
CHECK = Source(CREATE, "monitorCorpus")
ADD = Source(CREATE, "addCorpus")
ADD_A = Assumed("the later pages say that the model is ready afterwards; the earlier training stays in use")
ADD_F = Assumed("the pages advise it, to mend what made the training fail")
NO_AT = Source(CREATE, "monitorTraining")
GONE = Source("icp2018 language-corpora.md", "deleteCorpus")
GONE_X = Assumed("node-sdk's live test waits before each deletion; a tool of 2017 says to wait for `analyzed`")

# Words
WORDS = Source("icp2018 language-words.md", "listWords")
MORE = Source(CREATE, "addWords")
MORE_B = Source(CREATE, "monitorWords")
LESS = Source("icp2018 language-words.md", "deleteWord")

# Grammars, which icp2018 does not have
GRAMMARS = Source("icp2020 grammar-manage.md", "listGrammars")
RULES = Source("icp2020 grammar-add.md", "addGrammar")
RULES_B = Source("icp2020 grammar-add.md", "monitorGrammar")
RULES_T = Source("icp2020 grammar-add.md", "monitorTraining-grammar")
UNRULED = Source("icp2020 grammar-manage.md", "deleteGrammar")
UNRULED_B = Source(SWIFT, "grammars: it can't be deleted while the model is locked")

# fmt: off
ROWS: tuple[tuple[How, ...], ...] = (
    # empty  analysing only inv. ready  mixed  training available upgrading failed
    (LISTED, POLL,     IDLE,     POLL,  IDLE,  POLL,    POLL,     IDLE,     LISTED), # get
    (DEL,    NO_D,     SILENT,   DEL,   DEL,   NO_D,    DEL,      NO_DU,    SILENT), # delete
    (TR_X,   TR_X,     TR_X,     TR,    TR_X,  TR_X,    TR_A,     TR_U,     TR_F),   # train
    (RES,    NO_R,     SILENT,   RES,   RES,   NO_R,    RES,      NO_RU,    SILENT), # reset
    (NEWEST, LOCK1,    UPG_X,    UPG,   UPG,   LOCK1,   UPG,      LOCK1,    UPG_X),  # upgrade
    (CORPORA, CORPORA, CORPORA,  CORPORA, CORPORA, IDLE, IDLE,    IDLE,     CORPORA), # list corpora
    (ADD,    CHECK,    ADD,      ADD,   ADD,   NO_AT,   ADD_A,    TR_U,     ADD_F),  # add corpus
    (CORPORA, CHECK,   CORPORA,  CORPORA, CORPORA, IDLE, IDLE,    IDLE,     CORPORA), # get corpus
    (GONE,   GONE_X,   GONE,     GONE,  GONE,  GONE_T,  GONE,     TR_U,     SILENT), # delete corpus
    (WORDS,  MORE_B,   WORDS,    WORDS, WORDS, IDLE,    IDLE,     IDLE,     WORDS),  # list words
    (MORE,   MORE_B,   MORE,     MORE,  MORE,  NO_AT,   ADD_A,    TR_U,     ADD_F),  # add words
    (MORE,   MORE_B,   MORE,     MORE,  MORE,  NO_AT,   ADD_A,    TR_U,     ADD_F),  # add word
    (WORDS,  MORE_B,   WORDS,    WORDS, WORDS, IDLE,    IDLE,     IDLE,     WORDS),  # get word
    (LESS,   GONE_X,   LESS,     LESS,  LESS,  GONE_T,  LESS,     TR_U,     SILENT), # delete word
    (GRAMMARS, GRAMMARS, GRAMMARS, GRAMMARS, GRAMMARS, IDLE, IDLE, IDLE,    GRAMMARS), # list grammars
    (RULES,  RULES_B,  RULES,    RULES, RULES, RULES_T, ADD_A,    TR_U,     ADD_F),  # add grammar
    (GRAMMARS, GRAMMARS, GRAMMARS, GRAMMARS, GRAMMARS, IDLE, IDLE, IDLE,    GRAMMARS), # get grammar
    (UNRULED, UNRULED_B, UNRULED, UNRULED, UNRULED, GONE_T, UNRULED, TR_U,  SILENT), # delete grammar
)
# fmt: on
