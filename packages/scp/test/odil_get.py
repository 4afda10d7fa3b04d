"""A C-GET of a study by odil that it cancels while it stores the nth instance, or never: odil_get.py PORT N. Prints what it saw as JSON."""

import json
import sys

import odil

Command = odil.messages.Message.Command
Context = odil.AssociationParameters.PresentationContext
GET = odil.registry.StudyRootQueryRetrieveInformationModelGet
MESSAGE_ID = 7
PENDING = 0xFF00


def main(port, nth):
    association = odil.Association()
    association.set_peer_host("127.0.0.1")
    association.set_peer_port(port)
    parameters = association.update_parameters()
    parameters.set_calling_ae_title("ODIL").set_called_ae_title("ARCHIVE")
    parameters.set_presentation_contexts(
        [
            Context(GET, [odil.registry.ImplicitVRLittleEndian], Context.Role.SCU),
            Context(odil.registry.CTImageStorage, [odil.registry.ExplicitVRLittleEndian], Context.Role.SCP),
        ]
    )
    association.associate()
    keys = odil.DataSet()
    keys.add("QueryRetrieveLevel", ["STUDY"])
    keys.add("StudyInstanceUID", ["1.2.3"])
    association.send_message(odil.messages.CGetRequest(MESSAGE_ID, GET, 0, keys), GET)
    stored = 0
    while True:
        message = association.receive_message()
        if message.get_command_field() == Command.C_STORE_RQ:
            store = odil.messages.CStoreRequest(message)
            stored += 1
            if stored == nth:
                association.send_message(cancel(), GET)
            response = odil.messages.CStoreResponse(store.get_message_id(), 0)
            association.send_message(response, store.get_affected_sop_class_uid())
        else:
            response = odil.messages.CGetResponse(message)
            if response.get_status() != PENDING:
                break
    association.release()
    outcome = {"status": response.get_status(), "stored": stored}
    for count in ("completed", "remaining", "failed"):
        given = getattr(response, f"has_number_of_{count}_sub_operations")()
        outcome[count] = getattr(response, f"get_number_of_{count}_sub_operations")() if given else 0
    print(json.dumps(outcome))


def cancel():
    command = odil.DataSet()
    command.add("CommandField", [int(Command.C_CANCEL_RQ)])
    command.add("MessageIDBeingRespondedTo", [MESSAGE_ID])
    command.add("CommandDataSetType", [0x0101])
    return odil.messages.Message(command)


main(int(sys.argv[1]), int(sys.argv[2]))
