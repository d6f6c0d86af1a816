"""What a report afterwards brings to the bot."""

from flows.engine.capability import Capability, Message
from flows.engine.contributions import ToDo
from flows.engine.forms import conversation
from flows.engine.schedule import Rule
from flows.reports import report, report_due, to_do
from flows.reports.report_form import REPORT
from storage.dialogues import requests

CAPABILITY = Capability(
    name="reports",
    verbs=(conversation.asking("session.report", "report"),),
    forms=(REPORT,),
    messages=tuple(Message(one, report_due.report_asked) for one in report.QUESTIONS.values()),
    rules={
        "report": Rule(report_due.ask_report, request=requests.of_session),
        "report_again": Rule(report_due.ask_report, request=requests.of_session),
        "report_over": Rule(report_due.report_over, request=requests.of_session),
    },
    to_do=(ToDo(50, to_do.reports),),
)
