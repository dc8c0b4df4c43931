"""How we know each cell of the table of acoustic models. Same shape as the table in `table.py`.

A cell's source says whether the command is done or refused. The status code is a row of the edition's wording. A page
is cited where icp2018 has it; `contract/own_pages.py` says where the later editions do.
"""

from __future__ import annotations

from fakestt.core.provenance import Assumed, How, Source
from fakestt.core.sources import GONE_T, IDLE, LOCK1, NEWEST, NO_DU, SILENT, TR_F

__all__ = ["ROWS"]

SDK_18 = "python-sdk of 2018-10-16 speech_to_text_v1.py"
SDK_25 = "ibm-watson 11.2.0 speech_to_text_v1.py"

# Getting and listing
POLL = Source("icp2018 acoustic-create.md", "monitorTraining")
AUD = Source("icp2018 acoustic-audio.md", "listAudio")
EXAM = Source("icp2018 acoustic-models.md", "listModels")  # "failed": examine the model's audio resources
SEEN = Source("watson-developer-cloud/java-sdk issue 503", "a failed model is shown")

# Deleting
DEL = Source("icp2018 acoustic-models.md", "deleteModel")
NO_D = Source(SDK_18, "delete_acoustic_model")

# Training
TR = Source("icp2018 acoustic-create.md", "trainModel")
TR_X = Source("icp2018 acoustic-create.md", "failedTraining")
TR_P0 = Assumed("no audio is less than ten minutes of audio: one rule for all amounts")
TR_U = Source("icp2018 custom-upgrade.md", "upgradeAcoustic")
TR_A = Assumed("client code of Dec 2020 goes on to poll for `available` after the 400, so it stays available")

# Reset
RES = Source("icp2018 acoustic-models.md", "resetModel")
NO_R = Source(SDK_25, "reset_acoustic_model")
NO_RU = Source("icp2018 custom-upgrade.md", "upgradeAcoustic")

# Upgrade
UPG = Source("icp2018 custom-upgrade.md", "upgradeAcoustic")
UPG_X = Source("icp2018 custom-upgrade.md", "upgradeFailures")

# Audio
ADD = Source("icp2018 acoustic-create.md", "addAudio")
ADD_A = Assumed("audio may be added at any time; the earlier training stays in use for recognition")
NO_AT = Source("icp2018 acoustic-create.md", "monitorTraining")
NO_AU = Source("icp2018 custom-upgrade.md", "upgradeAcoustic")
DA = Source("icp2018 acoustic-audio.md", "deleteAudio")
DA_B = Source("watson-developer-cloud/java-sdk SpeechToTextIT.java", "testAddAudioArchive")
UD = Source("icp2018 information-security.md", "delete-pi")
UD_X = Assumed("deleting personal data wins; what the model does goes on, and a training ends in `available`")

# fmt: off
ROWS: tuple[tuple[How, ...], ...] = (
    # empty  analysing only inv. ready  mixed  training available upgrading failed
    (POLL,   POLL,     IDLE,     POLL,  IDLE,  POLL,    POLL,     IDLE,     SEEN),   # get
    (DEL,    NO_D,     SILENT,   DEL,   DEL,   NO_D,    DEL,      NO_DU,    SILENT), # delete
    (TR_P0,  TR_X,     TR_X,     TR,    TR_X,  TR_X,    TR_A,     TR_U,     TR_F),   # train
    (RES,    NO_R,     SILENT,   RES,   RES,   NO_R,    RES,      NO_RU,    SILENT), # reset
    (NEWEST, LOCK1,    UPG_X,    UPG,   UPG,   LOCK1,   UPG,      LOCK1,    UPG_X),  # upgrade
    (AUD,    AUD,      AUD,      AUD,   AUD,   IDLE,    IDLE,     IDLE,     EXAM),   # list audio
    (ADD,    ADD,      SILENT,   ADD,   ADD,   NO_AT,   ADD_A,    NO_AU,    ADD_A),  # add audio
    (AUD,    AUD,      AUD,      AUD,   AUD,   IDLE,    IDLE,     IDLE,     EXAM),   # get audio
    (DA,     DA_B,     DA,       DA,    DA,    GONE_T,  DA,       NO_AU,    SILENT), # delete audio
    (UD,     UD_X,     UD,       UD,    UD,    UD_X,    UD,       UD_X,     UD),     # delete user data
)
# fmt: on
