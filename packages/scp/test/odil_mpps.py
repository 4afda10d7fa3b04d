"""A performed procedure step of odil: created, set, created again, and one set that nobody created. Prints the statuses as JSON."""

import json
import sys

import odil

STEP = odil.registry.ModalityPerformedProcedureStep
Context = odil.AssociationParameters.PresentationContext


def main(port):
    association = odil.Association()
    association.set_peer_host("127.0.0.1")
    association.set_peer_port(port)
    parameters = association.update_parameters()
    parameters.set_calling_ae_title("ODIL").set_called_ae_title("SCP")
    parameters.set_presentation_contexts(
        [Context(STEP, [odil.registry.ExplicitVRLittleEndian], Context.Role.SCU)]
    )
    association.associate()
    begun = {"PatientName": ["Doe^Jane"], "PerformedProcedureStepStatus": ["IN PROGRESS"]}
    ended = {"PerformedProcedureStepStatus": ["COMPLETED"]}
    statuses = [
        ask(association, create("2.25.1", begun)),
        ask(association, change("2.25.1", ended)),
        ask(association, create("2.25.1", begun)),
        ask(association, change("2.25.2", ended)),
    ]
    association.release()
    print(json.dumps(statuses))


def ask(association, request):
    request.set_message_id(association.next_message_id())
    association.send_message(request, STEP)
    return odil.messages.Response(association.receive_message()).get_status()


def create(uid, elements):
    request = odil.messages.NCreateRequest(0, STEP, data_set(elements))
    request.set_affected_sop_instance_uid(uid)
    return request


def change(uid, elements):
    return odil.messages.NSetRequest(0, STEP, uid, data_set(elements))


def data_set(elements):
    result = odil.DataSet(odil.registry.ExplicitVRLittleEndian)
    for keyword, values in elements.items():
        result.add(keyword, values)
    return result


main(int(sys.argv[1]))
